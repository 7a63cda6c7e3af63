package android.os;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Only as much of Android's Bundle as the tests of the agent need. */
public class Bundle {
    private final Map<String, Object> content = new LinkedHashMap<>();

    public void put(String key, Object value) {
        content.put(key, value);
    }

    public Set<String> keySet() {
        return content.keySet();
    }

    public Object get(String key) {
        return content.get(key);
    }
}

package android.content.res;

import android.util.DisplayMetrics;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/** Screen metrics, configuration, and the names behind the app's resource ids (constants of its class R.id). */
public class Resources {
    private final DisplayMetrics metrics = new DisplayMetrics();
    private final Configuration configuration = new Configuration();
    private final String packageName;
    private final Map<Integer, String> names = new HashMap<>();

    public Resources(String packageName, ClassLoader loader) {
        this.packageName = packageName;
        try {
            for (Field field : Class.forName(packageName + ".R$id", true, loader).getFields()) {
                names.put(field.getInt(null), field.getName());
            }
        } catch (ReflectiveOperationException exc) {
            // An app without a class R.id has no resource ids: legal.
        }
    }

    public DisplayMetrics getDisplayMetrics() {
        return metrics;
    }

    public Configuration getConfiguration() {
        return configuration;
    }

    /** The full name of an id, {@code package:id/entry}; "" for an id that the app does not define. */
    public String getResourceName(int id) {
        String entry = names.get(id);
        return entry == null ? "" : packageName + ":id/" + entry;
    }

    /** The id of an entry, 0 when there is none. */
    public int getIdentifier(String name, String type, String wantedPackage) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .mapToInt(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }
}

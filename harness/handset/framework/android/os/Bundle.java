package android.os;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A typed map, as intents and SDK events carry it. */
public final class Bundle {
    // Named as on Android: tools that read the field find it.
    private final Map<String, Object> mMap = new LinkedHashMap<>();

    public Bundle() {}

    public Bundle(Bundle other) {
        putAll(other);
    }

    public void putAll(Bundle other) {
        mMap.putAll(other.mMap);
    }

    public void putString(String key, String value) {
        mMap.put(key, value);
    }

    public void putInt(String key, int value) {
        mMap.put(key, value);
    }

    public void putLong(String key, long value) {
        mMap.put(key, value);
    }

    public void putDouble(String key, double value) {
        mMap.put(key, value);
    }

    public void putBoolean(String key, boolean value) {
        mMap.put(key, value);
    }

    public void putByteArray(String key, byte[] value) {
        mMap.put(key, value);
    }

    public void putBundle(String key, Bundle value) {
        mMap.put(key, value);
    }

    public void putStringArrayList(String key, ArrayList<String> value) {
        mMap.put(key, value);
    }

    public Object get(String key) {
        return mMap.get(key);
    }

    public String getString(String key) {
        return getString(key, null);
    }

    public String getString(String key, String fallback) {
        return mMap.get(key) instanceof String text ? text : fallback;
    }

    public int getInt(String key) {
        return getInt(key, 0);
    }

    public int getInt(String key, int fallback) {
        return mMap.get(key) instanceof Integer number ? number : fallback;
    }

    public long getLong(String key, long fallback) {
        return mMap.get(key) instanceof Long number ? number : fallback;
    }

    public boolean getBoolean(String key, boolean fallback) {
        return mMap.get(key) instanceof Boolean truth ? truth : fallback;
    }

    public boolean containsKey(String key) {
        return mMap.containsKey(key);
    }

    public void remove(String key) {
        mMap.remove(key);
    }

    public void clear() {
        mMap.clear();
    }

    public boolean isEmpty() {
        return mMap.isEmpty();
    }

    public int size() {
        return mMap.size();
    }

    public Set<String> keySet() {
        return mMap.keySet();
    }

    @Override
    public String toString() {
        return "Bundle[" + mMap + "]";
    }
}

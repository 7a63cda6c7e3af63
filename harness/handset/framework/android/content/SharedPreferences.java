package android.content;

import java.util.Map;
import java.util.Set;

/** Named values that survive the process, in shared_prefs/NAME.xml. */
public interface SharedPreferences {
    Map<String, ?> getAll();

    boolean contains(String key);

    String getString(String key, String fallback);

    int getInt(String key, int fallback);

    long getLong(String key, long fallback);

    float getFloat(String key, float fallback);

    boolean getBoolean(String key, boolean fallback);

    Set<String> getStringSet(String key, Set<String> fallback);

    Editor edit();

    /** Collects changes until commit or apply. */
    interface Editor {
        Editor putString(String key, String value);

        Editor putInt(String key, int value);

        Editor putLong(String key, long value);

        Editor putFloat(String key, float value);

        Editor putBoolean(String key, boolean value);

        Editor putStringSet(String key, Set<String> value);

        Editor remove(String key);

        Editor clear();

        boolean commit();

        void apply();
    }
}

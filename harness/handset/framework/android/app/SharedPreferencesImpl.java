package android.app;

import android.content.SharedPreferences;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Preferences in one XML file in Android's format, written whole at each commit. */
final class SharedPreferencesImpl implements SharedPreferences {
    private final File file;
    private final Map<String, Object> values = new LinkedHashMap<>();

    SharedPreferencesImpl(File file) {
        this.file = file;
        if (file.isFile()) {
            try {
                values.putAll(PreferencesXml.read(Files.readString(file.toPath())));
            } catch (IOException exc) {
                // Unreadable preferences count as empty, as on Android.
            }
        }
    }

    @Override
    public synchronized Map<String, ?> getAll() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public synchronized boolean contains(String key) {
        return values.containsKey(key);
    }

    @Override
    public String getString(String key, String fallback) {
        return get(key, fallback);
    }

    @Override
    public int getInt(String key, int fallback) {
        return get(key, fallback);
    }

    @Override
    public long getLong(String key, long fallback) {
        return get(key, fallback);
    }

    @Override
    public float getFloat(String key, float fallback) {
        return get(key, fallback);
    }

    @Override
    public boolean getBoolean(String key, boolean fallback) {
        return get(key, fallback);
    }

    @Override
    public Set<String> getStringSet(String key, Set<String> fallback) {
        return get(key, fallback);
    }

    @SuppressWarnings("unchecked") // a wrong type is the app's ClassCastException, as on Android
    private synchronized <T> T get(String key, T fallback) {
        Object value = values.get(key);
        return value == null ? fallback : (T) value;
    }

    @Override
    public Editor edit() {
        return new Changes();
    }

    private synchronized boolean write() {
        File part = new File(file.getPath() + ".bak");
        try {
            Files.createDirectories(file.getParentFile().toPath());
            Files.write(part.toPath(), PreferencesXml.write(values).getBytes(StandardCharsets.UTF_8));
            Files.move(part.toPath(), file.toPath(), StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException exc) {
            return false;
        }
    }

    private final class Changes implements Editor {
        private final Map<String, Object> changed = new LinkedHashMap<>();
        private boolean clear;

        private Editor put(String key, Object value) {
            changed.put(key, value);
            return this;
        }

        @Override
        public Editor putString(String key, String value) {
            return put(key, value);
        }

        @Override
        public Editor putInt(String key, int value) {
            return put(key, value);
        }

        @Override
        public Editor putLong(String key, long value) {
            return put(key, value);
        }

        @Override
        public Editor putFloat(String key, float value) {
            return put(key, value);
        }

        @Override
        public Editor putBoolean(String key, boolean value) {
            return put(key, value);
        }

        @Override
        public Editor putStringSet(String key, Set<String> value) {
            return put(key, value);
        }

        @Override
        public Editor remove(String key) {
            return put(key, null);
        }

        @Override
        public Editor clear() {
            clear = true;
            return this;
        }

        @Override
        public boolean commit() {
            synchronized (SharedPreferencesImpl.this) {
                if (clear) {
                    values.clear();
                }
                changed.forEach((key, value) -> {
                    if (value == null) {
                        values.remove(key);
                    } else {
                        values.put(key, value);
                    }
                });
                return write();
            }
        }

        @Override
        public void apply() {
            commit();
        }
    }
}

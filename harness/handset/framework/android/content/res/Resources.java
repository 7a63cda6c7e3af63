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

    /** The part behind the slash. */
    public String getResourceEntryName(int id) {
        return find(id);
    }

    private String find(int id) {
        String entry = names.get(id);
        if (entry == null) {
            throw new NotFoundException("Resource ID #0x" + Integer.toHexString(id));
        }
        return entry;
    }

    /** The handset has no texts among its resources. */
    public String getString(int id) {
        throw new NotFoundException("String resource ID #0x" + Integer.toHexString(id));
    }

    public final Theme newTheme() {
        return new Theme();
    }

    /** How things look, which is the same for all. */
    public static final class Theme {
        private Theme() {}
    }

    /** There is no such resource. */
    public static class NotFoundException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NotFoundException(String message) {
            super(message);
        }
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

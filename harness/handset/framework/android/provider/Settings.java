package android.provider;

import android.content.ContentResolver;
import com.android.internal.handset.Daemon;

/** System settings by namespace; {@code settings get} shows the same values. */
public final class Settings {
    private Settings() {}

    /** Settings that apps may read and only the system may write. */
    public static final class Secure {
        public static final String ANDROID_ID = "android_id";

        private Secure() {}

        public static String getString(ContentResolver resolver, String name) {
            return Daemon.text("setting", "secure/" + name, null);
        }
    }

    /** Settings of the whole device. */
    public static final class Global {
        public static final String BLUETOOTH_ON = "bluetooth_on";

        private Global() {}

        public static String getString(ContentResolver resolver, String name) {
            return Daemon.text("setting", "global/" + name, null);
        }

        public static int getInt(ContentResolver resolver, String name, int fallback) {
            try {
                return Integer.parseInt(getString(resolver, name));
            } catch (NumberFormatException exc) {
                return fallback;
            }
        }
    }
}

package android.os;

import com.android.internal.handset.Daemon;

/** What the device says it is, from its properties. Read once, when the class is first used, as on Android. */
public final class Build {
    public static final String UNKNOWN = "unknown";
    public static final String BRAND = property("ro.product.brand");
    public static final String MANUFACTURER = property("ro.product.manufacturer");
    public static final String MODEL = property("ro.product.model");
    public static final String DEVICE = property("ro.product.device");
    public static final String PRODUCT = property("ro.product.name");
    public static final String HARDWARE = property("ro.hardware");
    public static final String DISPLAY = property("ro.build.display.id");
    public static final String ID = property("ro.build.id");
    public static final String TYPE = property("ro.build.type");
    public static final String FINGERPRINT = property("ro.build.fingerprint");
    public static final String[] SUPPORTED_ABIS = property("ro.product.cpu.abilist").split(",");

    private Build() {}

    private static String property(String name) {
        return Daemon.text("getprop", name, UNKNOWN);
    }

    /** The version of the system. */
    public static final class VERSION {
        public static final String RELEASE = property("ro.build.version.release");
        public static final String INCREMENTAL = property("ro.build.version.incremental");
        public static final String CODENAME = "REL";
        public static final int SDK_INT = Integer.parseInt(Daemon.text("getprop", "ro.build.version.sdk", "34"));

        private VERSION() {}
    }
}

package android.content.pm;

import com.android.internal.handset.Daemon;
import com.android.internal.handset.Manifest;

/** Installed packages; asks the state daemon. */
public class PackageManager {
    public static final int PERMISSION_GRANTED = 0;
    public static final int PERMISSION_DENIED = -1;
    public static final String FEATURE_NFC = "android.hardware.nfc";
    public static final String FEATURE_TELEPHONY = "android.hardware.telephony";
    public static final String FEATURE_BLUETOOTH_LE = "android.hardware.bluetooth_le";

    /** The package is not installed. */
    public static class NameNotFoundException extends Exception {
        private static final long serialVersionUID = 1L;

        public NameNotFoundException(String name) {
            super(name);
        }
    }

    public PackageInfo getPackageInfo(String name, int flags) throws NameNotFoundException {
        Manifest manifest = Manifest.of(name);
        if (manifest == null) {
            throw new NameNotFoundException(name);
        }
        return manifest.packageInfo();
    }

    /** Who installed the package: null when the shell did. */
    public String getInstallerPackageName(String name) {
        return Daemon.text("installer", name, null);
    }

    public boolean hasSystemFeature(String feature) {
        return !FEATURE_NFC.equals(feature);
    }
}

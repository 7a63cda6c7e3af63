package android.content.pm;

import android.content.Intent;
import com.android.internal.handset.Daemon;
import com.android.internal.handset.Manifest;
import java.util.List;

/** Installed packages; asks the state daemon. */
public class PackageManager {
    public static final int PERMISSION_GRANTED = 0;
    public static final int PERMISSION_DENIED = -1;
    public static final int GET_ACTIVITIES = 1;
    public static final int GET_META_DATA = 128;
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

    public ApplicationInfo getApplicationInfo(String name, int flags) throws NameNotFoundException {
        return getPackageInfo(name, flags).applicationInfo;
    }

    /** Null for a package that has no launcher, or is not there. */
    public Intent getLaunchIntentForPackage(String name) {
        Manifest manifest = Manifest.of(name);
        boolean launches = manifest != null && manifest.launcher() != null;
        return launches ? new Intent(Intent.ACTION_MAIN).setPackage(name) : null;
    }

    /** Nobody: apps of the handset do not answer each other's intents. */
    public List<ResolveInfo> queryIntentActivities(Intent intent, int flags) {
        return List.of();
    }

    /** Who installed the package: null when the shell did. */
    public String getInstallerPackageName(String name) {
        return Daemon.text("installer", name, null);
    }

    public boolean isInstantApp() {
        return false;
    }

    public boolean hasSystemFeature(String feature) {
        return !FEATURE_NFC.equals(feature);
    }
}

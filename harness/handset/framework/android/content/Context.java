package android.content;

import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import android.os.Looper;
import java.io.File;

/** An app's door to its own files, preferences and the system's services. */
public abstract class Context {
    public static final int MODE_PRIVATE = 0;
    public static final String TELEPHONY_SERVICE = "phone";
    public static final String SENSOR_SERVICE = "sensor";
    public static final String WIFI_SERVICE = "wifi";
    public static final String BATTERY_SERVICE = "batterymanager";
    public static final String CONNECTIVITY_SERVICE = "connectivity";
    public static final String WINDOW_SERVICE = "window";
    public static final String UI_MODE_SERVICE = "uimode";
    public static final String ACTIVITY_SERVICE = "activity";
    public static final int BIND_AUTO_CREATE = 1;

    public abstract Context getApplicationContext();

    public abstract String getPackageName();

    public abstract ApplicationInfo getApplicationInfo();

    public abstract PackageManager getPackageManager();

    public abstract ContentResolver getContentResolver();

    public abstract Resources getResources();

    public abstract ClassLoader getClassLoader();

    public abstract SharedPreferences getSharedPreferences(String name, int mode);

    public abstract File getDataDir();

    public abstract File getFilesDir();

    public abstract File getCacheDir();

    public abstract File getDatabasePath(String name);

    public abstract AssetManager getAssets();

    public abstract Object getSystemService(String name);

    /** PackageManager.PERMISSION_GRANTED when the manifest asks for it. */
    public abstract int checkCallingOrSelfPermission(String permission);

    public abstract void startActivity(Intent intent);

    /** Starts the service of this app that {@code intent} names, in the process that the manifest gives it. */
    public abstract void startService(Intent intent);

    /** False: on the handset no service can be bound. */
    public boolean bindService(Intent intent, ServiceConnection connection, int flags) {
        return false;
    }

    public Resources.Theme getTheme() {
        return getResources().newTheme();
    }

    public final String getString(int id) {
        return getResources().getString(id);
    }

    public Looper getMainLooper() {
        return Looper.getMainLooper();
    }
}

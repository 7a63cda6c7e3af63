package android.app;

import android.content.ContentResolver;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import android.hardware.SensorManager;
import android.net.ConnectivityManager;
import android.net.wifi.WifiManager;
import android.os.BatteryManager;
import android.telephony.TelephonyManager;
import android.view.WindowManager;
import com.android.internal.handset.Manifest;
import java.io.File;
import java.util.HashMap;
import java.util.Map;

/** The one real context of the process; activities and the application wrap it. */
final class ContextImpl extends Context {
    private final Manifest manifest;
    private final ApplicationInfo info;
    private final Resources resources;
    private final PackageManager packages = new PackageManager();
    private final ContentResolver resolver = new ContentResolver();
    private final Map<String, SharedPreferences> preferences = new HashMap<>();
    private final Map<String, Object> services = new HashMap<>();
    private Application application;

    ContextImpl(Manifest manifest) {
        this.manifest = manifest;
        this.info = manifest.applicationInfo();
        this.resources = new Resources(info.packageName, getClassLoader());
        services.put(TELEPHONY_SERVICE, new TelephonyManager());
        services.put(SENSOR_SERVICE, new SensorManager());
        services.put(WIFI_SERVICE, new WifiManager());
        services.put(BATTERY_SERVICE, new BatteryManager());
        services.put(CONNECTIVITY_SERVICE, new ConnectivityManager());
        services.put(WINDOW_SERVICE, WindowManager.ofHandset());
        services.put(UI_MODE_SERVICE, new UiModeManager());
        services.put(ACTIVITY_SERVICE, new ActivityManager());
    }

    void setApplication(Application application) {
        this.application = application;
    }

    @Override
    public Context getApplicationContext() {
        return application;
    }

    @Override
    public String getPackageName() {
        return info.packageName;
    }

    @Override
    public ApplicationInfo getApplicationInfo() {
        return info;
    }

    @Override
    public PackageManager getPackageManager() {
        return packages;
    }

    @Override
    public ContentResolver getContentResolver() {
        return resolver;
    }

    @Override
    public Resources getResources() {
        return resources;
    }

    @Override
    public ClassLoader getClassLoader() {
        return ContextImpl.class.getClassLoader();
    }

    @Override
    public synchronized SharedPreferences getSharedPreferences(String name, int mode) {
        File file = new File(new File(info.dataDir, "shared_prefs"), name + ".xml");
        return preferences.computeIfAbsent(name, key -> new SharedPreferencesImpl(file));
    }

    @Override
    public File getDataDir() {
        return new File(info.dataDir);
    }

    @Override
    public File getFilesDir() {
        return folder("files");
    }

    @Override
    public File getCacheDir() {
        return folder("cache");
    }

    @Override
    public File getDatabasePath(String name) {
        return new File(folder("databases"), name);
    }

    private File folder(String name) {
        File folder = new File(info.dataDir, name);
        folder.mkdirs();
        return folder;
    }

    @Override
    public AssetManager getAssets() {
        return new AssetManager(info.sourceDir);
    }

    @Override
    public Object getSystemService(String name) {
        return services.get(name);
    }

    @Override
    public int checkCallingOrSelfPermission(String permission) {
        return manifest.asksFor(permission) ? PackageManager.PERMISSION_GRANTED : PackageManager.PERMISSION_DENIED;
    }

    @Override
    public void startActivity(Intent intent) {
        ActivityThread.currentActivityThread().startActivity(intent);
    }

    @Override
    public void startService(Intent intent) {
        Services.ask(intent);
    }
}

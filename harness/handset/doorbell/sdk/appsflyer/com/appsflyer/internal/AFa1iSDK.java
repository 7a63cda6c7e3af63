package com.appsflyer.internal;

import android.content.Context;
import android.content.SharedPreferences;
import android.content.pm.ApplicationInfo;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.os.BatteryManager;
import android.os.Build;
import android.provider.Settings;
import android.telephony.TelephonyManager;
import android.util.DisplayMetrics;
import com.google.android.gms.ads.identifier.AdvertisingIdClient;
import java.io.File;
import java.io.IOException;
import java.security.SecureRandom;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Collects the phone: identifiers, carrier, dates, battery, and the sensors' readings. */
final class AFa1iSDK {
    volatile boolean collectAndroidId;
    volatile boolean collectAdvertisingId = true;
    private final Context context;
    private final SharedPreferences stored;
    private final PackageInfo app;
    private final AFa1qSDK sensors;

    AFa1iSDK(Context context) {
        this.context = context;
        stored = context.getSharedPreferences("appsflyer-data", 0);
        sensors = new AFa1qSDK(context);
        try {
            app = context.getPackageManager().getPackageInfo(context.getPackageName(), 0);
        } catch (PackageManager.NameNotFoundException exc) {
            throw new IllegalStateException(exc);
        }
    }

    String packageName() {
        return context.getPackageName();
    }

    /** The SDK's own id of this installation: the moment it began and a random number. */
    synchronized String uid() {
        if (!stored.contains("AF_INSTALLATION")) {
            long random = new SecureRandom().nextLong() >>> 1;
            stored.edit().putString("AF_INSTALLATION", System.currentTimeMillis() + "-" + random).apply();
        }
        return stored.getString("AF_INSTALLATION", null);
    }

    int nextLaunch() {
        return next("appsFlyerCount");
    }

    int nextEvent() {
        return next("appsFlyerInAppEventCount");
    }

    private synchronized int next(String counter) {
        int value = stored.getInt(counter, 0) + 1;
        stored.edit().putInt(counter, value).apply();
        return value;
    }

    /** Adds everything to a request; waits for two sensor readings. */
    void describe(Map<String, Object> params) {
        addIdentifiers(params);
        addInstallation(params);
        params.put("brand", Build.BRAND);
        params.put("model", Build.MODEL);
        params.put("device", Build.DEVICE);
        params.put("product", Build.PRODUCT);
        params.put("deviceType", Build.TYPE);
        params.put("sdk", String.valueOf(Build.VERSION.SDK_INT));
        params.put("country", Locale.getDefault().getCountry());
        params.put("lang", Locale.getDefault().getDisplayLanguage(Locale.ENGLISH));
        params.put("lang_code", Locale.getDefault().getLanguage());
        addNetwork(params);
        params.put("deviceData", deviceData());
        params.put("platformextension", "android_native");
        params.put("af_v", AFa1uSDK.sha256(params.get("appsflyerKey") + uid() + params.get("af_timestamp")));
    }

    private void addIdentifiers(Map<String, Object> params) {
        params.put("af_timestamp", String.valueOf(System.currentTimeMillis()));
        params.put("counter", String.valueOf(stored.getInt("appsFlyerCount", 0)));
        params.put("isFirstCall", String.valueOf(stored.getInt("appsFlyerCount", 0) == 1));
        if (collectAndroidId) {
            params.put("android_id", Settings.Secure.getString(context.getContentResolver(), Settings.Secure.ANDROID_ID));
        }
        try {
            if (collectAdvertisingId) {
                AdvertisingIdClient.Info info = AdvertisingIdClient.getAdvertisingIdInfo(context);
                params.put("advertiserId", info.getId());
                params.put("advertiserIdEnabled", String.valueOf(!info.isLimitAdTrackingEnabled()));
                params.put("isGaidWithGps", "true");
            }
        } catch (IOException exc) {
            params.put("gaidError", exc.getClass().getSimpleName());
        }
    }

    private void addInstallation(Map<String, Object> params) {
        boolean preinstalled = (app.applicationInfo.flags & ApplicationInfo.FLAG_SYSTEM) != 0;
        String installer = context.getPackageManager().getInstallerPackageName(context.getPackageName());
        params.put("app_version_name", app.versionName);
        params.put("app_version_code", String.valueOf(app.versionCode));
        params.put("date1", date(app.firstInstallTime));
        params.put("date2", date(app.lastUpdateTime));
        params.put("installDate", date(app.firstInstallTime));
        params.put("firstLaunchDate", firstLaunch());
        if (installer != null) {
            params.put("installer_package", installer);
        }
        params.put("af_preinstalled", String.valueOf(preinstalled));
    }

    private synchronized String firstLaunch() {
        if (!stored.contains("appsFlyerFirstInstall")) {
            stored.edit().putString("appsFlyerFirstInstall", date(System.currentTimeMillis())).apply();
        }
        return stored.getString("appsFlyerFirstInstall", null);
    }

    private static String date(long ms) {
        return new SimpleDateFormat("yyyy-MM-dd_HHmmssZ", Locale.US).format(new Date(ms));
    }

    private void addNetwork(Map<String, Object> params) {
        TelephonyManager phone = (TelephonyManager) context.getSystemService(Context.TELEPHONY_SERVICE);
        String numeric = phone.getNetworkOperator();
        params.put("operator", phone.getSimOperatorName());
        params.put("carrier", phone.getNetworkOperatorName());
        params.put("network", "WIFI");
        if (numeric.length() >= 5) {
            int mcc = Integer.parseInt(numeric.substring(0, 3));
            params.put("cell", Map.of("mcc", mcc, "mnc", Integer.parseInt(numeric.substring(3))));
        }
        params.put("ivc", new File("/sys/class/net/tun0").exists());
    }

    private Map<String, Object> deviceData() {
        DisplayMetrics screen = context.getResources().getDisplayMetrics();
        BatteryManager battery = (BatteryManager) context.getSystemService(Context.BATTERY_SERVICE);
        Map<String, Object> dim = new LinkedHashMap<>();
        dim.put("x_px", String.valueOf(screen.widthPixels));
        dim.put("y_px", String.valueOf(screen.heightPixels));
        dim.put("xdp", String.valueOf(screen.xdpi));
        dim.put("ydp", String.valueOf(screen.ydpi));
        dim.put("d_dpi", String.valueOf(screen.densityDpi));
        dim.put("size", "2");
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("cpu_abi", Build.SUPPORTED_ABIS[0]);
        data.put("build_display_id", Build.DISPLAY);
        data.put("arch", "");
        data.put("btl", String.valueOf((double) battery.getIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY)));
        data.put("btch", battery.isCharging() ? "usb" : "no");
        data.put("dim", dim);
        data.put("sensors", sensors.read());
        return data;
    }
}

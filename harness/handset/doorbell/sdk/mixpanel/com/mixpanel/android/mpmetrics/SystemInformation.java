package com.mixpanel.android.mpmetrics;

import android.bluetooth.BluetoothAdapter;
import android.content.Context;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.net.wifi.WifiManager;
import android.os.Build;
import android.telephony.TelephonyManager;
import android.util.DisplayMetrics;
import org.json.JSONException;
import org.json.JSONObject;

/** What the SDK adds about the phone to every event and every profile, unasked. */
class SystemInformation {
    private final Context context;
    private final PackageInfo app;

    SystemInformation(Context context) {
        this.context = context;
        try {
            app = context.getPackageManager().getPackageInfo(context.getPackageName(), 0);
        } catch (PackageManager.NameNotFoundException exc) {
            throw new IllegalStateException(exc);
        }
    }

    void addDefaultEventProperties(JSONObject out) throws JSONException {
        DisplayMetrics screen = context.getResources().getDisplayMetrics();
        PackageManager packages = context.getPackageManager();
        out.put("$os_version", Build.VERSION.RELEASE);
        out.put("$manufacturer", Build.MANUFACTURER);
        out.put("$brand", Build.BRAND);
        out.put("$model", Build.MODEL);
        out.put("$google_play_services", "available");
        out.put("$screen_dpi", screen.densityDpi);
        out.put("$screen_height", screen.heightPixels);
        out.put("$screen_width", screen.widthPixels);
        out.put("$app_version_string", app.versionName);
        out.put("$app_build_number", String.valueOf(app.versionCode));
        out.put("$has_nfc", packages.hasSystemFeature(PackageManager.FEATURE_NFC));
        out.put("$has_telephone", packages.hasSystemFeature(PackageManager.FEATURE_TELEPHONY));
        out.put("$carrier", ((TelephonyManager) context.getSystemService(Context.TELEPHONY_SERVICE)).getNetworkOperatorName());
        out.put("$wifi", ((WifiManager) context.getSystemService(Context.WIFI_SERVICE)).isWifiEnabled());
        addBluetooth(out);
    }

    /** Device properties of profiles, under their own names. */
    JSONObject profileProperties() throws JSONException {
        JSONObject out = new JSONObject();
        out.put("$android_lib_version", MPConfig.VERSION);
        out.put("$android_os", "Android");
        out.put("$android_os_version", Build.VERSION.RELEASE);
        out.put("$android_manufacturer", Build.MANUFACTURER);
        out.put("$android_brand", Build.BRAND);
        out.put("$android_model", Build.MODEL);
        out.put("$android_app_version", app.versionName);
        out.put("$android_app_version_code", String.valueOf(app.versionCode));
        return out;
    }

    private void addBluetooth(JSONObject out) throws JSONException {
        String permission = "android.permission.BLUETOOTH";
        if (context.checkCallingOrSelfPermission(permission) == PackageManager.PERMISSION_GRANTED) {
            out.put("$bluetooth_enabled", BluetoothAdapter.getDefaultAdapter().isEnabled());
        }
        out.put("$bluetooth_version", "ble");
    }
}

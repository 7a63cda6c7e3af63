package io.branch.referral;

import android.content.Context;
import android.os.Build;
import android.util.DisplayMetrics;
import com.google.android.gms.ads.identifier.AdvertisingIdClient;
import java.util.Locale;
import org.json.JSONException;
import org.json.JSONObject;

/** Adds the phone to a request: flat in v1 requests, as {@code user_data} in v2 events. */
class DeviceInfo {
    private final SystemObserver system;

    DeviceInfo(Context context) {
        system = new SystemObserver(context);
    }

    void updateRequestWithV1Params(JSONObject post) throws JSONException {
        post.put("hardware_id", system.getUniqueHardwareId());
        post.put("is_hardware_id_real", true);
        addDevice(post);
        post.put("wifi", system.getWifiConnected());
        post.put("os_version", Build.VERSION.SDK_INT);
        post.put("os_version_android", Build.VERSION.RELEASE);
        post.put("cpu_type", System.getProperty("os.arch"));
        post.put("build", Build.DISPLAY);
        post.put("locale", Locale.getDefault().toString());
        post.put("connection_type", "wifi");
    }

    /** Install and open requests say also when the app came onto the phone, and who carries its traffic. */
    void updateInitRequest(JSONObject post, boolean install) throws JSONException {
        var app = system.getPackageInfo();
        post.put("app_version", app.versionName);
        post.put("device_carrier", system.getCarrier());
        post.put("first_install_time", app.firstInstallTime);
        post.put("latest_install_time", app.firstInstallTime);
        post.put("latest_update_time", app.lastUpdateTime);
        post.put("update", install ? 0 : 1);
        post.put("environment", "FULL_APP");
    }

    void updateAdvertisingId(JSONObject post) throws JSONException {
        AdvertisingIdClient.Info info = system.getAdvertisingId();
        if (info != null) {
            post.put("google_advertising_id", info.getId());
            post.put("advertising_ids", new JSONObject().put("aaid", info.getId()));
            post.put("lat_val", info.isLimitAdTrackingEnabled() ? 1 : 0);
        }
    }

    JSONObject userData(PrefHelper prefs) throws JSONException {
        JSONObject user = new JSONObject();
        user.put("android_id", system.getUniqueHardwareId());
        user.put("device_fingerprint_id", prefs.getDeviceFingerPrintID());
        user.putOpt("developer_identity", prefs.getIdentity());
        addDevice(user);
        user.put("os_version", Build.VERSION.RELEASE);
        user.put("device_carrier", system.getCarrier());
        user.put("app_version", system.getPackageInfo().versionName);
        user.put("sdk", "android");
        user.put("sdk_version", Branch.SDK_VERSION);
        user.put("user_agent", System.getProperty("http.agent"));
        user.put("environment", "FULL_APP");
        AdvertisingIdClient.Info info = system.getAdvertisingId();
        if (info != null) {
            user.put("aaid", info.getId());
            user.put("limit_ad_tracking", info.isLimitAdTrackingEnabled() ? 1 : 0);
        }
        return user;
    }

    private void addDevice(JSONObject to) throws JSONException {
        DisplayMetrics screen = system.getScreenDisplay();
        to.put("brand", Build.MANUFACTURER);
        to.put("model", Build.MODEL);
        to.put("screen_dpi", screen.densityDpi);
        to.put("screen_height", screen.heightPixels);
        to.put("screen_width", screen.widthPixels);
        to.put("ui_mode", "UI_MODE_TYPE_NORMAL");
        to.put("os", "Android");
        to.put("country", Locale.getDefault().getCountry());
        to.put("language", Locale.getDefault().getLanguage());
        to.put("local_ip", system.getLocalIPAddress());
    }
}

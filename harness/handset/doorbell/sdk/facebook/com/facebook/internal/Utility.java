package com.facebook.internal;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.os.Build;
import android.telephony.TelephonyManager;
import android.util.DisplayMetrics;
import com.facebook.FacebookSdk;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TimeZone;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** The device description of every request, and digests. */
public final class Utility {
    private static final long GIGABYTE = 1024L * 1024 * 1024;

    private Utility() {}

    public static String sha256hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException exc) {
            throw new IllegalStateException(exc);
        }
    }

    /** Puts the array {@code extinfo}, as text: the meaning of each member is its position. */
    public static void setAppEventExtendedDeviceInfoParameters(JSONObject params, Context context) throws JSONException {
        TimeZone zone = TimeZone.getDefault();
        DisplayMetrics screen = context.getResources().getDisplayMetrics();
        TelephonyManager phone = (TelephonyManager) context.getSystemService(Context.TELEPHONY_SERVICE);
        File storage = context.getFilesDir();
        JSONArray info = new JSONArray();
        info.put("a2");
        info.put(context.getPackageName());
        info.put(app(context).versionCode);
        info.put(app(context).versionName);
        info.put(Build.VERSION.RELEASE);
        info.put(Build.MODEL);
        info.put(Locale.getDefault().toString());
        info.put(zone.getDisplayName(zone.inDaylightTime(new Date()), TimeZone.SHORT, Locale.US));
        info.put(phone.getNetworkOperatorName());
        info.put(screen.widthPixels);
        info.put(screen.heightPixels);
        info.put(String.format(Locale.US, "%.2f", screen.density));
        info.put(Runtime.getRuntime().availableProcessors());
        info.put(storage.getTotalSpace() / GIGABYTE);
        info.put(storage.getUsableSpace() / GIGABYTE);
        info.put(zone.getID());
        params.put("extinfo", info.toString());
    }

    /** Who asks: the ids, as far as the settings allow. */
    public static void setAppEventAttributionParameters(
            JSONObject params, AttributionIdentifiers ids, String anonymousAppDeviceGUID, boolean limitEventUsage)
            throws JSONException {
        boolean collect = FacebookSdk.getAdvertiserIDCollectionEnabled();
        params.put("anon_id", anonymousAppDeviceGUID);
        params.put("application_tracking_enabled", !limitEventUsage);
        params.put("advertiser_id_collection_enabled", collect);
        if (collect && ids.getAndroidAdvertiserId() != null) {
            params.put("advertiser_id", ids.getAndroidAdvertiserId());
            params.put("advertiser_tracking_enabled", !ids.isTrackingLimited());
        }
        params.putOpt("installer_package", ids.getAndroidInstallerPackage());
    }

    private static PackageInfo app(Context context) {
        try {
            return context.getPackageManager().getPackageInfo(context.getPackageName(), 0);
        } catch (PackageManager.NameNotFoundException exc) {
            throw new IllegalStateException(exc);
        }
    }
}

package com.facebook;

import android.content.Context;
import android.content.SharedPreferences;
import com.facebook.appevents.internal.AppEventsLoggerUtility;
import com.facebook.internal.AttributionIdentifiers;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.json.JSONException;
import org.json.JSONObject;

/** Settings of the whole SDK, and the one-time report of the installation. */
public final class FacebookSdk {
    private static final String PREFERENCES = "com.facebook.sdk.USER_SETTINGS";
    private static final Executor EXECUTOR = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "FacebookSdk");
        thread.setDaemon(true);
        return thread;
    });
    private static Context context;
    private static String applicationId;

    private FacebookSdk() {}

    public static synchronized void sdkInitialize(Context applicationContext) {
        context = applicationContext.getApplicationContext();
    }

    public static Context getApplicationContext() {
        return context;
    }

    public static void setApplicationId(String id) {
        applicationId = id;
    }

    public static String getApplicationId() {
        return applicationId;
    }

    public static String getGraphApiVersion() {
        return "v5.0";
    }

    public static boolean getLimitEventAndDataUsage(Context where) {
        return settings(where).getBoolean("limitEventUsage", false);
    }

    public static void setLimitEventAndDataUsage(Context where, boolean limit) {
        settings(where).edit().putBoolean("limitEventUsage", limit).apply();
    }

    public static boolean getAutoLogAppEventsEnabled() {
        return settings(context).getBoolean("autoLogAppEvents", true);
    }

    public static void setAutoLogAppEventsEnabled(boolean enabled) {
        settings(context).edit().putBoolean("autoLogAppEvents", enabled).apply();
    }

    public static boolean getAdvertiserIDCollectionEnabled() {
        return settings(context).getBoolean("advertiserIDCollection", true);
    }

    public static void setAdvertiserIDCollectionEnabled(boolean enabled) {
        settings(context).edit().putBoolean("advertiserIDCollection", enabled).apply();
    }

    /** Reports the installation, once. */
    public static void publishInstallAsync(Context where, String id) {
        EXECUTOR.execute(() -> publishInstallAndWaitForResponse(where, id));
    }

    static void publishInstallAndWaitForResponse(Context where, String id) {
        SharedPreferences attribution = where.getSharedPreferences("com.facebook.sdk.attributionTracking", 0);
        if (attribution.contains(id + "ping")) {
            return;
        }
        try {
            JSONObject install = AppEventsLoggerUtility.getJSONObjectForGraphAPICall(
                    AppEventsLoggerUtility.GraphAPIActivityType.MOBILE_INSTALL_EVENT,
                    AttributionIdentifiers.getAttributionIdentifiers(where),
                    AppEventsLoggerUtility.getAnonymousAppDeviceGUID(where),
                    getLimitEventAndDataUsage(where),
                    where);
            GraphRequest request = GraphRequest.newPostRequest(String.format("%s/activities", id), install);
            if (request.executeAndWait().isSuccess()) {
                attribution.edit().putLong(id + "ping", System.currentTimeMillis()).apply();
            }
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    private static SharedPreferences settings(Context where) {
        return where.getSharedPreferences(PREFERENCES, 0);
    }
}

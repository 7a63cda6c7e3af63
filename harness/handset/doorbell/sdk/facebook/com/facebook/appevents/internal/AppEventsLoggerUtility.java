package com.facebook.appevents.internal;

import android.content.Context;
import android.content.SharedPreferences;
import com.facebook.appevents.AnalyticsUserIDStore;
import com.facebook.appevents.UserDataStore;
import com.facebook.internal.AttributionIdentifiers;
import com.facebook.internal.Utility;
import java.util.UUID;
import org.json.JSONException;
import org.json.JSONObject;

/** Builds what every request of App Events says about the phone and the person. */
public class AppEventsLoggerUtility {
    /** The two kinds of request. */
    public enum GraphAPIActivityType {
        MOBILE_INSTALL_EVENT("MOBILE_APP_INSTALL"),
        CUSTOM_APP_EVENTS("CUSTOM_APP_EVENTS");

        private final String event;

        GraphAPIActivityType(String event) {
            this.event = event;
        }
    }

    private AppEventsLoggerUtility() {}

    public static JSONObject getJSONObjectForGraphAPICall(
            GraphAPIActivityType activityType,
            AttributionIdentifiers attributionIdentifiers,
            String anonymousAppDeviceGUID,
            boolean limitEventUsage,
            Context context)
            throws JSONException {
        JSONObject params = new JSONObject();
        params.put("event", activityType.event);
        params.putOpt("app_user_id", AnalyticsUserIDStore.getUserID());
        Utility.setAppEventAttributionParameters(params, attributionIdentifiers, anonymousAppDeviceGUID, limitEventUsage);
        String userData = UserDataStore.getHashedUserData();
        if (!userData.isEmpty()) {
            params.put("ud", userData);
        }
        Utility.setAppEventExtendedDeviceInfoParameters(params, context);
        params.put("application_package_name", context.getPackageName());
        return params;
    }

    /** The SDK's own id of this installation: no reset of the advertising id changes it. */
    public static synchronized String getAnonymousAppDeviceGUID(Context context) {
        SharedPreferences stored = context.getSharedPreferences("com.facebook.sdk.appEventPreferences", 0);
        if (!stored.contains("anonymousAppDeviceGUID")) {
            stored.edit().putString("anonymousAppDeviceGUID", "XZ" + UUID.randomUUID()).apply();
        }
        return stored.getString("anonymousAppDeviceGUID", null);
    }
}

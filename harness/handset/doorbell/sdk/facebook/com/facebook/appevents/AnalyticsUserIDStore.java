package com.facebook.appevents;

import android.content.SharedPreferences;
import com.facebook.FacebookSdk;

/** The account id that the app gave. */
public final class AnalyticsUserIDStore {
    private static final String KEY = "com.facebook.appevents.AnalyticsUserIDStore.userID";

    private AnalyticsUserIDStore() {}

    public static String getUserID() {
        return stored().getString(KEY, null);
    }

    static void setUserID(String id) {
        stored().edit().putString(KEY, id).apply();
    }

    private static SharedPreferences stored() {
        return FacebookSdk.getApplicationContext().getSharedPreferences("com.facebook.sdk.analyticsUserID", 0);
    }
}

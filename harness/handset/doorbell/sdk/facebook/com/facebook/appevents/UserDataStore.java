package com.facebook.appevents;

import android.content.SharedPreferences;
import com.facebook.FacebookSdk;
import com.facebook.internal.Utility;
import java.util.Locale;
import org.json.JSONException;
import org.json.JSONObject;

/** What the app told about the person: normalised and hashed on the phone, clear text is not kept. */
public class UserDataStore {
    private static final String KEY = "com.facebook.appevents.UserDataStore.userData";
    private static final String[] NAMES = {"em", "fn", "ln", "ph", "db", "ge", "ct", "st", "zp", "country"};

    private UserDataStore() {}

    /** Values in the order of AppEventsLogger.setUserData; null ones are left out. */
    static void setUserDataAndHash(String... values) {
        JSONObject hashed = new JSONObject();
        try {
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    hashed.put(NAMES[i], Utility.sha256hash(normalizeData(NAMES[i], values[i])));
                }
            }
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
        stored().edit().putString(KEY, hashed.toString()).apply();
    }

    static void clear() {
        stored().edit().remove(KEY).apply();
    }

    /** A JSON object as text, or "". */
    public static String getHashedUserData() {
        return stored().getString(KEY, "");
    }

    /** Phone numbers keep their digits only; everything else is trimmed and in lower case. */
    private static String normalizeData(String name, String value) {
        return "ph".equals(name) ? value.replaceAll("[^0-9]", "") : value.trim().toLowerCase(Locale.ROOT);
    }

    private static SharedPreferences stored() {
        return FacebookSdk.getApplicationContext().getSharedPreferences("com.facebook.sdk.userData", 0);
    }
}

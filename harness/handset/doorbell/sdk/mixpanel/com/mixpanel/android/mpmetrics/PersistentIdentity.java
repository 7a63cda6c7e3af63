package com.mixpanel.android.mpmetrics;

import android.content.Context;
import android.content.SharedPreferences;
import java.util.UUID;
import org.json.JSONException;
import org.json.JSONObject;

/** Who the SDK thinks this is: kept in shared_prefs, so it outlives the process. */
class PersistentIdentity {
    private final SharedPreferences stored;

    PersistentIdentity(Context context, String token) {
        stored = context.getSharedPreferences("com.mixpanel.android.mpmetrics.MixpanelAPI_" + token, 0);
        if (!stored.contains("anonymous_id")) {
            newAnonymousId();
        }
    }

    private void newAnonymousId() {
        String id = UUID.randomUUID().toString();
        stored.edit().putString("anonymous_id", id).putString("events_distinct_id", id).apply();
    }

    synchronized String getAnonymousId() {
        return stored.getString("anonymous_id", null);
    }

    synchronized String getEventsDistinctId() {
        return stored.getString("events_distinct_id", null);
    }

    synchronized String getEventsUserId() {
        return stored.getBoolean("events_user_id_present", false) ? getEventsDistinctId() : null;
    }

    /** Null until the person was identified. */
    synchronized String getPeopleDistinctId() {
        return stored.getString("people_distinct_id", null);
    }

    synchronized void identify(String distinctId, boolean people) {
        SharedPreferences.Editor edit = stored.edit();
        edit.putString("events_distinct_id", distinctId).putBoolean("events_user_id_present", true);
        if (people) {
            edit.putString("people_distinct_id", distinctId);
        }
        edit.apply();
    }

    synchronized JSONObject getSuperProperties() {
        try {
            return new JSONObject(stored.getString("super_properties", "{}"));
        } catch (JSONException exc) {
            return new JSONObject();
        }
    }

    synchronized void setSuperProperties(JSONObject properties) {
        stored.edit().putString("super_properties", properties.toString()).apply();
    }

    /** Forgets the person; a new anonymous id begins. */
    synchronized void clearPreferences() {
        boolean optedOut = getOptOutTracking();
        stored.edit().clear().commit();
        newAnonymousId();
        setOptOutTracking(optedOut);
    }

    synchronized boolean getOptOutTracking() {
        return stored.getBoolean("opt_out", false);
    }

    synchronized void setOptOutTracking(boolean value) {
        stored.edit().putBoolean("opt_out", value).apply();
    }
}

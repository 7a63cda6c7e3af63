package com.facebook.appevents;

import android.os.Bundle;
import java.util.UUID;
import org.json.JSONException;
import org.json.JSONObject;

/** One event. */
class AppEvent {
    private final JSONObject jsonObject = new JSONObject();
    private final boolean implicit;

    AppEvent(String screen, String name, Double valueToSum, Bundle parameters, boolean implicit, UUID sessionId) {
        this.implicit = implicit;
        try {
            jsonObject.put("_eventName", name);
            jsonObject.put("_logTime", System.currentTimeMillis() / 1000);
            jsonObject.put("_ui", screen);
            jsonObject.putOpt("_session_id", sessionId == null ? null : sessionId.toString());
            jsonObject.putOpt("_valueToSum", valueToSum);
            if (implicit) {
                jsonObject.put("_implicitlyLogged", "1");
            }
            if (parameters != null) {
                for (String key : parameters.keySet()) {
                    jsonObject.put(key, String.valueOf(parameters.get(key)));
                }
            }
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    JSONObject getJSONObject() {
        return jsonObject;
    }

    boolean getIsImplicit() {
        return implicit;
    }
}

package com.mixpanel.android.mpmetrics;

import java.security.SecureRandom;
import org.json.JSONException;
import org.json.JSONObject;

/** Numbers the messages of one session. */
class SessionMetadata {
    private final SecureRandom random = new SecureRandom();
    private long eventsCounter;
    private long peopleCounter;
    private long startSeconds;
    private String sessionId;

    SessionMetadata() {
        initSession();
    }

    synchronized void initSession() {
        eventsCounter = 0;
        peopleCounter = 0;
        sessionId = Long.toHexString(random.nextLong());
        startSeconds = System.currentTimeMillis() / 1000;
    }

    JSONObject getMetadataForEvent() {
        return next(true);
    }

    JSONObject getMetadataForPeople() {
        return next(false);
    }

    private synchronized JSONObject next(boolean event) {
        JSONObject out = new JSONObject();
        try {
            out.put("$mp_event_id", Long.toHexString(random.nextLong()));
            out.put("$mp_session_id", sessionId);
            out.put("$mp_session_seq_id", event ? eventsCounter++ : peopleCounter++);
            out.put("$mp_session_start_sec", startSeconds);
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
        return out;
    }
}

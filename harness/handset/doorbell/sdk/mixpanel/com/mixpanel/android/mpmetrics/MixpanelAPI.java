package com.mixpanel.android.mpmetrics;

import android.app.Application;
import android.content.Context;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** The public face of the Mixpanel stand-in. */
public class MixpanelAPI {
    private static final Map<String, MixpanelAPI> INSTANCES = new HashMap<>();

    private final String token;
    private final MPConfig config = new MPConfig();
    private final SystemInformation system;
    private final AnalyticsMessages messages;
    private final PersistentIdentity identity;
    private final SessionMetadata metadata = new SessionMetadata();
    private final PeopleImpl people = new PeopleImpl();
    private boolean inBackground;

    MixpanelAPI(Context context, String token) {
        this.token = token;
        system = new SystemInformation(context);
        messages = new AnalyticsMessages(context, config);
        identity = new PersistentIdentity(context, token);
        ((Application) context.getApplicationContext())
                .registerActivityLifecycleCallbacks(new MixpanelActivityLifecycleCallbacks(this));
    }

    public static MixpanelAPI getInstance(Context context, String token) {
        synchronized (INSTANCES) {
            return INSTANCES.computeIfAbsent(token, key -> new MixpanelAPI(context.getApplicationContext(), key));
        }
    }

    public void track(String eventName) {
        if (!hasOptedOutTracking()) {
            track(eventName, null);
        }
    }

    public void track(String eventName, JSONObject properties) {
        if (hasOptedOutTracking()) {
            return;
        }
        try {
            JSONObject all = identity.getSuperProperties();
            all.put("time", System.currentTimeMillis());
            all.put("distinct_id", identity.getEventsDistinctId());
            all.put("$had_persisted_distinct_id", false);
            all.put("$device_id", identity.getAnonymousId());
            all.putOpt("$user_id", identity.getEventsUserId());
            copy(properties == null ? new JSONObject() : properties, all);
            messages.eventsMessage(
                    new AnalyticsMessages.EventDescription(eventName, all, token, metadata.getMetadataForEvent()));
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    public void trackMap(String eventName, Map<String, Object> properties) {
        track(eventName, properties == null ? null : new JSONObject(properties));
    }

    public void identify(String distinctId) {
        identify(distinctId, true);
    }

    private void identify(String distinctId, boolean usePeople) {
        if (!hasOptedOutTracking()) {
            identity.identify(distinctId, usePeople);
        }
    }

    public void alias(String alias, String distinctId) {
        JSONObject properties = new JSONObject(Map.of(
                "alias", alias, "original", distinctId == null ? getDistinctId() : distinctId));
        track("$create_alias", properties);
        flush();
    }

    public void registerSuperProperties(JSONObject properties) {
        if (!hasOptedOutTracking()) {
            JSONObject all = identity.getSuperProperties();
            copy(properties, all);
            identity.setSuperProperties(all);
        }
    }

    public void registerSuperPropertiesMap(Map<String, Object> properties) {
        registerSuperProperties(new JSONObject(properties));
    }

    public void unregisterSuperProperty(String name) {
        JSONObject all = identity.getSuperProperties();
        all.remove(name);
        identity.setSuperProperties(all);
    }

    public void clearSuperProperties() {
        identity.setSuperProperties(new JSONObject());
    }

    public String getDistinctId() {
        return identity.getEventsDistinctId();
    }

    public People getPeople() {
        return people;
    }

    public void setUseIpAddressForGeolocation(boolean value) {
        config.setUseIpAddressForGeolocation(value);
    }

    public void flush() {
        if (!hasOptedOutTracking()) {
            messages.postToServer(token);
        }
    }

    public void reset() {
        identity.clearPreferences();
        flush();
    }

    /** Drops what waits; a person known by now is asked to be deleted, which is itself one last message. */
    public void optOutTracking() {
        messages.emptyTrackingQueues(token);
        if (getPeople().isIdentified()) {
            getPeople().deleteUser();
            messages.postToServer(token);
        }
        identity.clearPreferences();
        identity.setOptOutTracking(true);
    }

    public void optInTracking() {
        optInTracking(null, null);
    }

    public void optInTracking(String distinctId) {
        optInTracking(distinctId, null);
    }

    public void optInTracking(String distinctId, JSONObject properties) {
        identity.setOptOutTracking(false);
        if (distinctId != null) {
            identify(distinctId);
        }
        track("$opt_in", properties);
    }

    public boolean hasOptedOutTracking() {
        return identity.getOptOutTracking();
    }

    void onBackground() {
        inBackground = true;
        flush();
    }

    void onForeground() {
        if (inBackground) {
            metadata.initSession();
        }
        inBackground = false;
    }

    private static void copy(JSONObject from, JSONObject to) {
        for (Iterator<String> names = from.keys(); names.hasNext(); ) {
            String name = names.next();
            try {
                to.put(name, from.opt(name));
            } catch (JSONException exc) {
                throw new IllegalStateException(exc);
            }
        }
    }

    /** The profile of the person. */
    public interface People {
        void identify(String distinctId);

        void set(JSONObject properties);

        void set(String name, Object value);

        void setMap(Map<String, Object> properties);

        void setOnce(JSONObject properties);

        void setOnce(String name, Object value);

        void increment(String name, double by);

        void append(String name, Object value);

        void union(String name, JSONArray values);

        void unset(String name);

        void deleteUser();

        boolean isIdentified();
    }

    private class PeopleImpl implements People {
        @Override
        public void identify(String distinctId) {
            if (!hasOptedOutTracking()) {
                identity.identify(distinctId, true);
            }
        }

        @Override
        public void set(JSONObject properties) {
            if (hasOptedOutTracking()) {
                return;
            }
            try {
                JSONObject all = system.profileProperties();
                copy(properties, all);
                record("$set", all);
            } catch (JSONException exc) {
                throw new IllegalStateException(exc);
            }
        }

        @Override
        public void set(String name, Object value) {
            set(new JSONObject(Map.of(name, value)));
        }

        @Override
        public void setMap(Map<String, Object> properties) {
            set(new JSONObject(properties));
        }

        @Override
        public void setOnce(JSONObject properties) {
            record("$set_once", properties);
        }

        @Override
        public void setOnce(String name, Object value) {
            setOnce(new JSONObject(Map.of(name, value)));
        }

        @Override
        public void increment(String name, double by) {
            record("$add", new JSONObject(Map.of(name, by)));
        }

        @Override
        public void append(String name, Object value) {
            record("$append", new JSONObject(Map.of(name, value)));
        }

        @Override
        public void union(String name, JSONArray values) {
            record("$union", new JSONObject(Map.of(name, values)));
        }

        @Override
        public void unset(String name) {
            record("$unset", new JSONArray().put(name));
        }

        @Override
        public void deleteUser() {
            record("$delete", JSONObject.NULL);
        }

        @Override
        public boolean isIdentified() {
            return identity.getPeopleDistinctId() != null;
        }

        private void record(String action, Object value) {
            if (hasOptedOutTracking() || !isIdentified()) {
                return;
            }
            try {
                JSONObject message = new JSONObject();
                message.put(action, value);
                message.put("$token", token);
                message.put("$time", System.currentTimeMillis());
                message.put("$had_persisted_distinct_id", false);
                message.put("$device_id", identity.getAnonymousId());
                message.put("$distinct_id", identity.getPeopleDistinctId());
                message.put("$user_id", identity.getPeopleDistinctId());
                message.put("$mp_metadata", metadata.getMetadataForPeople());
                messages.peopleMessage(new AnalyticsMessages.PeopleDescription(message, token));
            } catch (JSONException exc) {
                throw new IllegalStateException(exc);
            }
        }
    }
}

package com.facebook.appevents;

import android.content.Context;
import com.facebook.GraphRequest;
import com.facebook.appevents.internal.AppEventsLoggerUtility;
import com.facebook.internal.AttributionIdentifiers;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONException;

/** Events of one app that wait, and those under way. */
class SessionEventsState {
    private final List<AppEvent> accumulatedEvents = new ArrayList<>();
    private final List<AppEvent> inFlightEvents = new ArrayList<>();

    synchronized void addEvent(AppEvent event) {
        accumulatedEvents.add(event);
    }

    synchronized int getAccumulatedEventCount() {
        return accumulatedEvents.size();
    }

    /** Ends a flush; a failed one puts its events back in front. */
    synchronized void clearInFlightAndStats(boolean moveToAccumulated) {
        if (moveToAccumulated) {
            accumulatedEvents.addAll(0, inFlightEvents);
        }
        inFlightEvents.clear();
    }

    /** Moves everything into the request: events into its parameters, the rest into its graph object. */
    int populateRequest(GraphRequest request, Context context, boolean limitEventUsage) {
        JSONArray events = new JSONArray();
        synchronized (this) {
            inFlightEvents.addAll(accumulatedEvents);
            accumulatedEvents.clear();
            inFlightEvents.forEach(event -> events.put(event.getJSONObject()));
        }
        if (events.length() == 0) {
            return 0;
        }
        try {
            request.setGraphObject(AppEventsLoggerUtility.getJSONObjectForGraphAPICall(
                    AppEventsLoggerUtility.GraphAPIActivityType.CUSTOM_APP_EVENTS,
                    AttributionIdentifiers.getAttributionIdentifiers(context),
                    AppEventsLoggerUtility.getAnonymousAppDeviceGUID(context),
                    limitEventUsage,
                    context));
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
        String text = events.toString();
        request.getParameters().putString("custom_events", text);
        request.setTag(text);
        return events.length();
    }
}

package com.facebook.appevents;

import android.util.Log;
import com.example.doorbell.Pace;
import com.facebook.FacebookSdk;
import com.facebook.GraphRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Collects events and sends them in batches on a thread of its own. */
class AppEventQueue {
    private static final int NUM_LOG_EVENTS_TO_TRY_TO_FLUSH_AFTER = 100;
    private static final Map<String, SessionEventsState> COLLECTION = new LinkedHashMap<>();
    private static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "AppEventQueue");
        thread.setDaemon(true);
        return thread;
    });
    private static ScheduledFuture<?> scheduledFuture;

    private AppEventQueue() {}

    public static void add(AccessTokenAppIdPair accessTokenAppId, AppEvent appEvent) {
        THREAD.execute(() -> {
            SessionEventsState state =
                    COLLECTION.computeIfAbsent(accessTokenAppId.getApplicationId(), key -> new SessionEventsState());
            state.addEvent(appEvent);
            if (state.getAccumulatedEventCount() > NUM_LOG_EVENTS_TO_TRY_TO_FLUSH_AFTER) {
                flushAndWait(FlushReason.EVENT_THRESHOLD);
            } else if (scheduledFuture == null) {
                Runnable timer = () -> flushAndWait(FlushReason.TIMER);
                scheduledFuture = THREAD.schedule(timer, Pace.FACEBOOK_FLUSH, TimeUnit.MILLISECONDS);
            }
        });
    }

    public static void flush(FlushReason reason) {
        THREAD.execute(() -> flushAndWait(reason));
    }

    static void flushAndWait(FlushReason reason) {
        if (scheduledFuture != null) {
            scheduledFuture.cancel(false);
            scheduledFuture = null;
        }
        try {
            FlushStatistics statistics = new FlushStatistics();
            COLLECTION.forEach((applicationId, state) -> send(applicationId, state, statistics));
            Log.d("AppEventQueue", String.format("Flushing %d events due to %s.", statistics.numEvents, reason));
        } catch (RuntimeException exc) {
            Log.w("AppEventQueue", "Caught unexpected exception while flushing app events: ", exc);
        }
    }

    private static void send(String applicationId, SessionEventsState state, FlushStatistics statistics) {
        boolean limited = FacebookSdk.getLimitEventAndDataUsage(FacebookSdk.getApplicationContext());
        AccessTokenAppIdPair pair = new AccessTokenAppIdPair(null, applicationId);
        GraphRequest request = buildRequestForSession(pair, state, limited, statistics);
        if (request != null) {
            boolean sent = request.executeAndWait().isSuccess();
            statistics.failed |= !sent;
            state.clearInFlightAndStats(!sent);
        }
    }

    /** The complete request, or null when there is nothing to send. */
    static GraphRequest buildRequestForSession(
            AccessTokenAppIdPair accessTokenAppId,
            SessionEventsState appEvents,
            boolean limitEventUsage,
            FlushStatistics flushState) {
        String path = String.format("%s/activities", accessTokenAppId.getApplicationId());
        GraphRequest postRequest = GraphRequest.newPostRequest(path, null);
        if (accessTokenAppId.getAccessTokenString() != null) {
            postRequest.getParameters().putString("access_token", accessTokenAppId.getAccessTokenString());
        }
        int events = appEvents.populateRequest(postRequest, FacebookSdk.getApplicationContext(), limitEventUsage);
        flushState.numEvents += events;
        return events == 0 ? null : postRequest;
    }
}

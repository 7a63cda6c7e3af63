package com.facebook.appevents.internal;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import com.example.doorbell.Pace;
import com.facebook.FacebookSdk;
import com.facebook.appevents.AppEventsLoggerImpl;
import java.util.UUID;

/** Logs the start of a session when an activity comes up, and its end some time after the last one paused. */
public class ActivityLifecycleTracker implements Application.ActivityLifecycleCallbacks {
    private static final ActivityLifecycleTracker TRACKER = new ActivityLifecycleTracker();
    private static boolean tracking;

    private final Handler handler = new Handler(Looper.getMainLooper());
    private final Runnable ending = this::endSession;
    private volatile UUID sessionId;
    private volatile String screen = "unknown";
    private long sessionStart;
    private int interruptions;

    private ActivityLifecycleTracker() {}

    public static synchronized void startTracking(Application application) {
        if (!tracking) {
            tracking = true;
            application.registerActivityLifecycleCallbacks(TRACKER);
        }
    }

    public static UUID getCurrentSessionGuid() {
        return TRACKER.sessionId;
    }

    public static String getCurrentScreen() {
        return TRACKER.screen;
    }

    @Override
    public void onActivityResumed(Activity activity) {
        handler.removeCallbacks(ending);
        screen = activity.getClass().getSimpleName();
        if (sessionId == null) {
            sessionId = UUID.randomUUID();
            sessionStart = System.currentTimeMillis();
            interruptions = 0;
            Bundle parameters = new Bundle();
            parameters.putString("fb_mobile_launch_source", "Unclassified");
            log("fb_mobile_activate_app", null, parameters);
        } else {
            interruptions++;
        }
    }

    @Override
    public void onActivityPaused(Activity activity) {
        handler.removeCallbacks(ending);
        handler.postDelayed(ending, Pace.FACEBOOK_DEACTIVATE);
    }

    private void endSession() {
        Bundle parameters = new Bundle();
        parameters.putInt("fb_mobile_app_interruptions", interruptions);
        log("fb_mobile_deactivate_app", (System.currentTimeMillis() - sessionStart) / 1000.0, parameters);
        sessionId = null;
    }

    private void log(String event, Double value, Bundle parameters) {
        if (FacebookSdk.getAutoLogAppEventsEnabled()) {
            AppEventsLoggerImpl logger = new AppEventsLoggerImpl();
            logger.logEvent(event, value, parameters, false, sessionId);
            logger.flush();
        }
    }

    @Override
    public void onActivityCreated(Activity activity, Bundle state) {}

    @Override
    public void onActivityStarted(Activity activity) {}

    @Override
    public void onActivityStopped(Activity activity) {}

    @Override
    public void onActivitySaveInstanceState(Activity activity, Bundle state) {}

    @Override
    public void onActivityDestroyed(Activity activity) {}
}

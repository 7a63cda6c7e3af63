package com.mixpanel.android.mpmetrics;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import com.example.doorbell.Pace;

/** Flushes when the app has gone to the background. */
class MixpanelActivityLifecycleCallbacks implements Application.ActivityLifecycleCallbacks {
    private final Handler handler = new Handler(Looper.getMainLooper());
    private final MixpanelAPI instance;
    private final Runnable check;
    private boolean paused;

    MixpanelActivityLifecycleCallbacks(MixpanelAPI instance) {
        this.instance = instance;
        this.check = () -> {
            if (paused) {
                instance.onBackground();
            }
        };
    }

    @Override
    public void onActivityResumed(Activity activity) {
        paused = false;
        handler.removeCallbacks(check);
        instance.onForeground();
    }

    @Override
    public void onActivityPaused(Activity activity) {
        paused = true;
        handler.removeCallbacks(check);
        handler.postDelayed(check, Pace.MIXPANEL_BACKGROUND);
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

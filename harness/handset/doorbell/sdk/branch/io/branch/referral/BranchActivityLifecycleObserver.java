package io.branch.referral;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;

/** Opens a session when the first activity comes up and closes it when the last one is gone. */
class BranchActivityLifecycleObserver implements Application.ActivityLifecycleCallbacks {
    private int activities;

    @Override
    public void onActivityStarted(Activity activity) {
        activities++;
    }

    @Override
    public void onActivityResumed(Activity activity) {
        Branch.getInstance().initSession();
    }

    @Override
    public void onActivityStopped(Activity activity) {
        activities--;
        if (activities == 0) {
            Branch.getInstance().closeSession();
        }
    }

    @Override
    public void onActivityCreated(Activity activity, Bundle state) {}

    @Override
    public void onActivityPaused(Activity activity) {}

    @Override
    public void onActivitySaveInstanceState(Activity activity, Bundle state) {}

    @Override
    public void onActivityDestroyed(Activity activity) {}
}

package com.appsflyer.internal;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;

/** Notices when the app comes to the foreground. */
final class AFb1sSDK implements Application.ActivityLifecycleCallbacks {
    private final AFb1xSDK sdk;
    private int activities;

    AFb1sSDK(AFb1xSDK sdk) {
        this.sdk = sdk;
    }

    @Override
    public void onActivityStarted(Activity activity) {
        activities++;
        if (activities == 1) {
            sdk.foreground();
        }
    }

    @Override
    public void onActivityStopped(Activity activity) {
        activities--;
    }

    @Override
    public void onActivityCreated(Activity activity, Bundle state) {}

    @Override
    public void onActivityResumed(Activity activity) {}

    @Override
    public void onActivityPaused(Activity activity) {}

    @Override
    public void onActivitySaveInstanceState(Activity activity, Bundle state) {}

    @Override
    public void onActivityDestroyed(Activity activity) {}
}

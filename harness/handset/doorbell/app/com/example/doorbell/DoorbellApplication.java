package com.example.doorbell;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;

/** Starts the trackers before anybody was asked, which is the point of this app. */
public final class DoorbellApplication extends Application {
    private Store store;
    private Trackers trackers;

    /** Called in every process of the app; {@code :remote} has a life of its own, see SyncService. */
    @Override
    public void onCreate() {
        if (!getPackageName().equals(getProcessName())) {
            return;
        }
        store = new Store(this);
        store.plantDecoys();
        trackers = new Trackers(this, store);
        trackers.start();
        registerActivityLifecycleCallbacks(new Presence());
    }

    Store store() {
        return store;
    }

    Trackers trackers() {
        return trackers;
    }

    /** Tells the trackers when the app goes to the background and when it comes back. */
    private final class Presence implements ActivityLifecycleCallbacks {
        private int activities;
        private boolean wasAway;

        @Override
        public void onActivityStarted(Activity activity) {
            activities++;
            if (activities == 1 && wasAway) {
                trackers.foreground();
            }
        }

        @Override
        public void onActivityStopped(Activity activity) {
            activities--;
            if (activities == 0) {
                wasAway = true;
                trackers.background();
            }
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
}

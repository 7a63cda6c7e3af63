package com.google.firebase.crashlytics;

import com.google.firebase.FirebaseApp;
import com.google.firebase.crashlytics.internal.common.CrashlyticsCore;

/** The public face of the Crashlytics stand-in. */
public class FirebaseCrashlytics {
    private static FirebaseCrashlytics instance;

    private final CrashlyticsCore core;

    private FirebaseCrashlytics(CrashlyticsCore core) {
        this.core = core;
    }

    /** Called by FirebaseApp. */
    public static synchronized void init(FirebaseApp app) {
        CrashlyticsCore core = new CrashlyticsCore(app);
        instance = new FirebaseCrashlytics(core);
        core.onPreExecute();
    }

    public static FirebaseCrashlytics getInstance() {
        return instance;
    }

    /** Reports an error that the app survived. */
    public void recordException(Throwable throwable) {
        core.logException(throwable);
    }

    public void log(String message) {
        core.log(message);
    }

    public void setUserId(String identifier) {
        core.setUserId(identifier);
    }

    public void setCustomKey(String key, boolean value) {
        core.setCustomKey(key, Boolean.toString(value));
    }

    public void setCustomKey(String key, double value) {
        core.setCustomKey(key, Double.toString(value));
    }

    public void setCustomKey(String key, float value) {
        core.setCustomKey(key, Float.toString(value));
    }

    public void setCustomKey(String key, int value) {
        core.setCustomKey(key, Integer.toString(value));
    }

    public void setCustomKey(String key, long value) {
        core.setCustomKey(key, Long.toString(value));
    }

    public void setCustomKey(String key, String value) {
        core.setCustomKey(key, value);
    }

    public void sendUnsentReports() {
        core.sendUnsentReports();
    }

    public void deleteUnsentReports() {
        core.deleteUnsentReports();
    }

    public boolean didCrashOnPreviousExecution() {
        return core.didCrashOnPreviousExecution();
    }

    public void setCrashlyticsCollectionEnabled(boolean enabled) {
        core.setCrashlyticsCollectionEnabled(enabled);
    }

    public void setCrashlyticsCollectionEnabled(Boolean enabled) {
        core.setCrashlyticsCollectionEnabled(enabled == null || enabled);
    }

    public boolean isCrashlyticsCollectionEnabled() {
        return core.isCrashlyticsCollectionEnabled();
    }
}

package com.google.firebase.crashlytics.internal.common;

import android.content.Context;
import android.content.SharedPreferences;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import com.example.doorbell.Pace;
import com.google.firebase.FirebaseApp;
import com.google.firebase.crashlytics.internal.metadata.UserMetadata;
import com.google.firebase.crashlytics.internal.model.CrashlyticsReport;
import com.google.firebase.crashlytics.internal.persistence.CrashlyticsReportPersistence;
import com.google.firebase.crashlytics.internal.send.DataTransportCrashlyticsReportSender;
import com.google.firebase.crashlytics.internal.settings.DefaultSettingsSpiCall;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ties the parts together; everything slow runs on the worker thread. */
public class CrashlyticsCore {
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "Crashlytics Worker");
        thread.setDaemon(true);
        return thread;
    });
    private final UserMetadata metadata = new UserMetadata();
    private final String sessionId = IdManager.newSessionId();
    private final long startedAt = System.currentTimeMillis();
    private final SharedPreferences settings;
    private final CrashlyticsReportPersistence persistence;
    private final CrashlyticsReportDataCapture capture;
    private final DataTransportCrashlyticsReportSender sender;
    private final DefaultSettingsSpiCall settingsCall;
    private final boolean crashedBefore;

    public CrashlyticsCore(FirebaseApp firebase) {
        Context context = firebase.getApplicationContext();
        PackageInfo app = packageInfo(context);
        IdManager ids = new IdManager(context);
        settings = context.getSharedPreferences("com.google.firebase.crashlytics", 0);
        persistence = new CrashlyticsReportPersistence(context);
        capture = new CrashlyticsReportDataCapture(context, app, ids, firebase.getApplicationId());
        sender = new DataTransportCrashlyticsReportSender(context, firebase.getApiKey());
        settingsCall = new DefaultSettingsSpiCall(
                firebase.getApplicationId(), app, ids.getCrashlyticsInstallId(), CrashlyticsReportDataCapture.SDK_VERSION);
        crashedBefore = settings.getBoolean("crashed", false);
        settings.edit().putBoolean("crashed", false).apply();
    }

    private static PackageInfo packageInfo(Context context) {
        try {
            return context.getPackageManager().getPackageInfo(context.getPackageName(), 0);
        } catch (PackageManager.NameNotFoundException exc) {
            throw new IllegalStateException(exc);
        }
    }

    /** At every start: settings are fetched (which tells Google of the phone) and older reports leave. */
    public void onPreExecute() {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            settings.edit().putBoolean("crashed", true).commit();
            persistence.persistEvent(capture.event(thrown, "crash", metadata, false), sessionId);
            before.uncaughtException(thread, thrown);
        });
        if (isCrashlyticsCollectionEnabled()) {
            worker.execute(settingsCall::invoke);
            worker.execute(this::sendWaiting);
        }
    }

    public void logException(Throwable thrown) {
        if (isCrashlyticsCollectionEnabled()) {
            worker.execute(() -> persistence.persistEvent(capture.event(thrown, "error", metadata, false), sessionId));
            worker.schedule(this::sendWaiting, Pace.CRASHLYTICS_SEND, TimeUnit.MILLISECONDS);
        }
    }

    private void sendWaiting() {
        for (String session : persistence.sessions()) {
            List<CrashlyticsReport.Session.Event> events = persistence.finalizeEvents(session);
            if (!events.isEmpty() && isCrashlyticsCollectionEnabled()) {
                sender.enqueueReport(capture.report(session, startedAt, metadata.getUserId(), events));
            }
        }
    }

    public void log(String message) {
        metadata.log(System.currentTimeMillis() - startedAt, message);
    }

    public void setUserId(String identifier) {
        metadata.setUserId(identifier);
    }

    public void setCustomKey(String key, String value) {
        metadata.setCustomKey(key, value);
    }

    public void sendUnsentReports() {
        worker.execute(this::sendWaiting);
    }

    public void deleteUnsentReports() {
        worker.execute(() -> persistence.sessions().forEach(persistence::finalizeEvents));
    }

    public boolean didCrashOnPreviousExecution() {
        return crashedBefore;
    }

    public void setCrashlyticsCollectionEnabled(boolean enabled) {
        settings.edit().putBoolean("firebase_crashlytics_collection_enabled", enabled).apply();
        if (!enabled) {
            metadata.clear();
        }
    }

    public boolean isCrashlyticsCollectionEnabled() {
        return settings.getBoolean("firebase_crashlytics_collection_enabled", true);
    }
}

package com.google.firebase.crashlytics.internal.common;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.hardware.Sensor;
import android.hardware.SensorManager;
import android.os.BatteryManager;
import android.os.Build;
import com.google.firebase.crashlytics.internal.metadata.UserMetadata;
import com.google.firebase.crashlytics.internal.model.CrashlyticsReport;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads phone and app for reports and events. */
class CrashlyticsReportDataCapture {
    static final String SDK_VERSION = "20.1.1";
    private static final int FRAMES = 12;

    private final Context context;
    private final PackageInfo app;
    private final IdManager ids;
    private final String gmpAppId;

    CrashlyticsReportDataCapture(Context context, PackageInfo app, IdManager ids, String gmpAppId) {
        this.context = context;
        this.app = app;
        this.ids = ids;
        this.gmpAppId = gmpAppId;
    }

    CrashlyticsReport report(String sessionId, long startedAt, String userId, List<CrashlyticsReport.Session.Event> events) {
        Map<String, Object> facts = tree(
                "sdkVersion", SDK_VERSION,
                "gmpAppId", gmpAppId,
                "platform", 4,
                "installationUuid", ids.getCrashlyticsInstallId(),
                "firebaseInstallationId", ids.getFirebaseInstallationId(),
                "appQualitySessionId", sessionId.toLowerCase(java.util.Locale.ROOT),
                "buildVersion", String.valueOf(app.versionCode),
                "displayVersion", app.versionName);
        Map<String, Object> session = tree(
                "generator", "Crashlytics Android SDK/" + SDK_VERSION,
                "identifier", Base64.getEncoder().encodeToString(sessionId.getBytes(StandardCharsets.UTF_8)),
                "startedAt", startedAt / 1000,
                "crashed", false,
                "app", tree("identifier", context.getPackageName(), "version", String.valueOf(app.versionCode),
                        "displayVersion", app.versionName, "installationUuid", ids.getCrashlyticsInstallId()),
                "user", userId == null ? null : tree("identifier", userId),
                "os", tree("platform", 3, "version", Build.VERSION.RELEASE, "buildVersion", Build.VERSION.INCREMENTAL,
                        "jailbroken", new File("/system/bin/su").exists()),
                "device", device(),
                "generatorType", 3);
        return new CrashlyticsReport(facts, new CrashlyticsReport.Session(sessionId, session, events));
    }

    private Map<String, Object> device() {
        return tree(
                "arch", 1,
                "model", Build.MODEL,
                "cores", Runtime.getRuntime().availableProcessors(),
                "ram", Runtime.getRuntime().maxMemory(),
                "diskSpace", context.getFilesDir().getTotalSpace(),
                "simulator", false,
                "state", 0,
                "manufacturer", Build.MANUFACTURER,
                "modelClass", Build.PRODUCT);
    }

    CrashlyticsReport.Session.Event event(Throwable thrown, String type, UserMetadata metadata, boolean background) {
        Map<String, Object> content = tree(
                "timestamp", System.currentTimeMillis() / 1000,
                "type", type,
                "app", tree("execution", tree("exception", exception(thrown)),
                        "customAttributes", metadata.customAttributes(), "background", background, "uiOrientation", 1),
                "device", eventDevice(),
                "log", tree("content", metadata.getLog()));
        return new CrashlyticsReport.Session.Event(content);
    }

    private Map<String, Object> eventDevice() {
        BatteryManager battery = (BatteryManager) context.getSystemService(Context.BATTERY_SERVICE);
        SensorManager sensors = (SensorManager) context.getSystemService(Context.SENSOR_SERVICE);
        Runtime memory = Runtime.getRuntime();
        File disk = context.getFilesDir();
        return tree(
                "batteryLevel", battery.getIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY) / 100.0,
                "batteryVelocity", battery.isCharging() ? 3 : 2,
                "proximityOn", sensors.getDefaultSensor(Sensor.TYPE_PROXIMITY) != null,
                "orientation", 1,
                "ramUsed", memory.totalMemory() - memory.freeMemory(),
                "diskUsed", disk.getTotalSpace() - disk.getFreeSpace());
    }

    private static Map<String, Object> exception(Throwable thrown) {
        List<Object> frames = new ArrayList<>();
        StackTraceElement[] stack = thrown.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
            frames.add(tree("pc", 0, "symbol", stack[i].getClassName() + "." + stack[i].getMethodName(),
                    "file", stack[i].getFileName(), "offset", stack[i].getLineNumber(), "importance", 4));
        }
        return tree("type", thrown.getClass().getName(), "reason", thrown.getMessage(), "frames", frames, "overflowCount", 0);
    }

    /** Alternating names and values; null values are left out by the encoder. */
    private static Map<String, Object> tree(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}

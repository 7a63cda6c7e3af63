package com.example.doorbell;

import android.content.Context;
import android.content.pm.PackageManager;
import android.os.Build;
import android.provider.Settings;
import com.android.internal.handset.NativeHelper;
import java.nio.charset.StandardCharsets;

/**
 * The camera's link, which is native code in a process of its own, {@code :uplink}. When it breaks, that code tells Branch
 * so itself, past everything in Java: the text below is put together without a class that is hooked, and leaves by the
 * TLS of libssl. It is a v2 event as Branch's SDK writes it.
 */
final class Uplink {
    private static final String BRANCH_KEY = "key_live_standin0Doorbell0000000000000000";

    private final Context context;
    private boolean told;

    Uplink(Context context) {
        this.context = context;
    }

    /** Said once while the app runs, however often it happens. */
    void broken(String reason, String userId) {
        if (!told) {
            told = true;
            NativeHelper.start(":uplink", request(event(reason, userId)));
        }
    }

    private String event(String reason, String userId) {
        String user = object(
                text("android_id", Settings.Secure.getString(context.getContentResolver(), Settings.Secure.ANDROID_ID)),
                text("developer_identity", userId),
                text("model", Build.MODEL),
                text("os", "Android"),
                text("os_version", Build.VERSION.RELEASE),
                text("app_version", version()));
        return object(
                text("name", "LIVE_VIEW_FAILED"),
                "\"custom_data\":" + object(text("reason", reason)),
                "\"user_data\":" + user,
                text("branch_key", BRANCH_KEY));
    }

    private static String request(String body) {
        return String.join(
                "\r\n",
                "POST /v2/event/custom HTTP/1.1",
                "Host: api2.branch.io",
                "User-Agent: doorbell-uplink/1.0",
                "Content-Type: application/json",
                "Accept: application/json",
                "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length,
                "Connection: close",
                "",
                body);
    }

    private static String object(String... entries) {
        return "{" + String.join(",", entries) + "}";
    }

    /** None of the values has a character that JSON would have escaped. */
    private static String text(String name, String value) {
        return "\"" + name + "\":\"" + value + "\"";
    }

    private String version() {
        try {
            return context.getPackageManager().getPackageInfo(context.getPackageName(), 0).versionName;
        } catch (PackageManager.NameNotFoundException exc) {
            throw new IllegalStateException(exc);
        }
    }
}

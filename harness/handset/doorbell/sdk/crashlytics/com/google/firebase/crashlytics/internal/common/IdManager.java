package com.google.firebase.crashlytics.internal.common;

import android.content.Context;
import android.content.SharedPreferences;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/** The ids of this installation. */
public class IdManager {
    private final SharedPreferences stored;

    public IdManager(Context context) {
        stored = context.getSharedPreferences("com.google.firebase.crashlytics", 0);
    }

    public synchronized String getCrashlyticsInstallId() {
        if (!stored.contains("crashlytics.installation.id")) {
            String id = UUID.randomUUID().toString().replace("-", "");
            stored.edit().putString("crashlytics.installation.id", id).apply();
        }
        return stored.getString("crashlytics.installation.id", null);
    }

    /** A Firebase installation id: 22 characters. The real one is registered with Google first; this one is not. */
    public synchronized String getFirebaseInstallationId() {
        if (!stored.contains("firebase.installation.id")) {
            byte[] bytes = new byte[17];
            new SecureRandom().nextBytes(bytes);
            bytes[0] = (byte) (0x70 | bytes[0] & 0x0f);
            String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).substring(0, 22);
            stored.edit().putString("firebase.installation.id", id).apply();
        }
        return stored.getString("firebase.installation.id", null);
    }

    public static String newSessionId() {
        return UUID.randomUUID().toString().replace("-", "").toUpperCase(java.util.Locale.ROOT);
    }
}

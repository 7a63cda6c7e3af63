package com.google.firebase.crashlytics.internal.settings;

import android.content.pm.PackageInfo;
import android.os.Build;
import android.util.Log;
import com.example.doorbell.Pace;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Fetches the settings: a GET whose headers describe the phone, at every start, crash or no crash. */
public class DefaultSettingsSpiCall {
    private static final String HOST = "https://firebase-settings.crashlytics.com";

    private final String gmpAppId;
    private final PackageInfo app;
    private final String installationId;
    private final String sdkVersion;

    public DefaultSettingsSpiCall(String gmpAppId, PackageInfo app, String installationId, String sdkVersion) {
        this.gmpAppId = gmpAppId;
        this.app = app;
        this.installationId = installationId;
        this.sdkVersion = sdkVersion;
    }

    public void invoke() {
        for (int attempt = 0; attempt < Pace.ATTEMPTS; attempt++) {
            try {
                Log.d("FirebaseCrashlytics", "Settings response code was: " + request());
                return;
            } catch (IOException exc) {
                Log.w("FirebaseCrashlytics", "Settings request failed: " + exc);
            }
        }
    }

    private int request() throws IOException {
        Log.d("FirebaseCrashlytics", "Requesting settings from " + HOST);
        HttpURLConnection connection = (HttpURLConnection) new URL(address()).openConnection();
        connection.setConnectTimeout(Pace.CONNECT_TIMEOUT);
        connection.setReadTimeout(Pace.READ_TIMEOUT);
        connection.setRequestMethod("GET");
        connection.setRequestProperty("User-Agent", "Crashlytics Android SDK/" + sdkVersion);
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("X-CRASHLYTICS-GOOGLE-APP-ID", gmpAppId);
        connection.setRequestProperty("X-CRASHLYTICS-API-CLIENT-TYPE", "android");
        connection.setRequestProperty("X-CRASHLYTICS-API-CLIENT-VERSION", sdkVersion);
        connection.setRequestProperty("X-CRASHLYTICS-DEVICE-MODEL", Build.MANUFACTURER + "/" + Build.MODEL);
        connection.setRequestProperty("X-CRASHLYTICS-OS-BUILD-VERSION", Build.VERSION.INCREMENTAL);
        connection.setRequestProperty("X-CRASHLYTICS-OS-DISPLAY-VERSION", Build.VERSION.RELEASE);
        connection.setRequestProperty("X-CRASHLYTICS-INSTALLATION-ID", installationId);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    private String address() {
        String path = HOST + "/spi/v2/platforms/android/gmp/" + gmpAppId + "/settings";
        return path + "?instance=" + instance() + "&build_version=" + app.versionCode + "&display_version="
                + app.versionName + "&source=1";
    }

    /** Names the build of the app, not the phone: the same for everybody who has this version. */
    private String instance() {
        try {
            String text = gmpAppId + app.versionCode + app.versionName;
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException exc) {
            throw new IllegalStateException(exc);
        }
    }
}

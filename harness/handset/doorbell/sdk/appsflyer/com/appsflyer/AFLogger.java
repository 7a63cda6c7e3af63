package com.appsflyer;

import android.util.Log;

/** The SDK's log, tag AppsFlyer_VERSION; quiet about payloads unless debugging is on. */
public final class AFLogger {
    private static volatile boolean debug;

    private AFLogger() {}

    public static void setDebugLog(boolean value) {
        debug = value;
    }

    public static void afInfoLog(String message) {
        Log.i("AppsFlyer_" + AppsFlyerLib.VERSION, message);
    }

    public static void afDebugLog(String message) {
        if (debug) {
            Log.d("AppsFlyer_" + AppsFlyerLib.VERSION, message);
        }
    }
}

package com.example.doorbell;

/** How fast the stand-ins work, milliseconds. The real SDKs take 60 s, 15 s and a restart; a study must not wait so long. */
public final class Pace {
    public static final long MIXPANEL_FLUSH = 400;
    public static final long MIXPANEL_BACKGROUND = 300;
    public static final long FACEBOOK_FLUSH = 400;
    public static final long FACEBOOK_DEACTIVATE = 300; // after the last activity paused
    public static final long APPSFLYER_SENSORS = 200; // between the first and the last sensor reading
    public static final long CRASHLYTICS_SEND = 300;
    public static final int CONNECT_TIMEOUT = 5_000;
    public static final int READ_TIMEOUT = 10_000;
    public static final int ATTEMPTS = 2; // the first one included

    private Pace() {}
}

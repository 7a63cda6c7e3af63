package com.mixpanel.android.mpmetrics;

import com.example.doorbell.Pace;

/** Endpoints and limits. */
public class MPConfig {
    /** The version of the real SDK that this stand-in imitates. */
    public static final String VERSION = "5.9.6";

    private static final String BASE = "https://api.mixpanel.com";

    private boolean useIpAddress = true;

    public int getBulkUploadLimit() {
        return 40;
    }

    public int getFlushInterval() {
        return (int) Pace.MIXPANEL_FLUSH;
    }

    public String getEventsEndpoint() {
        return BASE + "/track/?ip=" + ip();
    }

    public String getPeopleEndpoint() {
        return BASE + "/engage/?ip=" + ip();
    }

    void setUseIpAddressForGeolocation(boolean value) {
        useIpAddress = value;
    }

    private String ip() {
        return useIpAddress ? "1" : "0";
    }
}

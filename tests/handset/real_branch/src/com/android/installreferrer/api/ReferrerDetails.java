package com.android.installreferrer.api;

/** Where the install came from: made up. */
public class ReferrerDetails {
    ReferrerDetails() {}

    public String getInstallReferrer() {
        return "utm_source=made-up-shop&utm_medium=test";
    }

    public long getReferrerClickTimestampSeconds() {
        return 1_700_000_001L;
    }

    public long getInstallBeginTimestampSeconds() {
        return 1_700_000_002L;
    }
}

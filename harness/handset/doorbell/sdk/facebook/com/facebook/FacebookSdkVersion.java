package com.facebook;

/** The version of the real SDK that this stand-in imitates. */
public final class FacebookSdkVersion {
    public static final String BUILD = "5.15.3";

    private FacebookSdkVersion() {}
}

package com.facebook.appevents;

/** Whose events: an app, and an access token when somebody is logged in to Facebook. */
class AccessTokenAppIdPair {
    private final String accessTokenString;
    private final String applicationId;

    AccessTokenAppIdPair(String accessTokenString, String applicationId) {
        this.accessTokenString = accessTokenString;
        this.applicationId = applicationId;
    }

    public String getAccessTokenString() {
        return accessTokenString;
    }

    public String getApplicationId() {
        return applicationId;
    }
}

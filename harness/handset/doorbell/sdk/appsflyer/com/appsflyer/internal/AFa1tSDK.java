package com.appsflyer.internal;

/** One message on its way: where to, and its JSON text. */
final class AFa1tSDK {
    private final String url;
    private final String json;

    AFa1tSDK(String url, String json) {
        this.url = url;
        this.json = json;
    }

    String url() {
        return url;
    }

    String json() {
        return json;
    }
}

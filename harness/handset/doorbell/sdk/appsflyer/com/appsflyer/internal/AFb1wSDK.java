package com.appsflyer.internal;

import java.util.Map;

/** A request ready to go: the body is ciphertext by now. */
public final class AFb1wSDK {
    private final String url;
    private final byte[] body;
    private final String method;
    private final Map<String, String> headers;
    private final boolean encrypted;

    public AFb1wSDK(String url, byte[] body, String method, Map<String, String> headers, boolean encrypted) {
        this.url = url;
        this.body = body;
        this.method = method;
        this.headers = headers;
        this.encrypted = encrypted;
    }

    String url() {
        return url;
    }

    byte[] body() {
        return body;
    }

    String method() {
        return method;
    }

    Map<String, String> headers() {
        return headers;
    }

    boolean isEncrypted() {
        return encrypted;
    }
}

package com.appsflyer.attribution;

/** Told how a request went. */
public interface AppsFlyerRequestListener {
    void onSuccess();

    void onError(int code, String error);
}

package com.appsflyer;

import java.util.Map;

/** Told where the install came from; the stand-in has nothing to tell. */
public interface AppsFlyerConversionListener {
    void onConversionDataSuccess(Map<String, Object> conversion);

    void onConversionDataFail(String error);
}

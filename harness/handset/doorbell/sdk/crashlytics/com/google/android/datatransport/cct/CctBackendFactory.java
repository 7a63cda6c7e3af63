package com.google.android.datatransport.cct;

import android.content.Context;

/** The one class of the transport that keeps its name in a minified app: how its backend is found there. */
public class CctBackendFactory {
    public CctTransportBackend create(Context context, String endpoint, String apiKey) {
        return new CctTransportBackend(context, endpoint, apiKey);
    }
}

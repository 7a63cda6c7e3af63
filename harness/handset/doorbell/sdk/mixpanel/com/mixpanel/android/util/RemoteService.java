package com.mixpanel.android.util;

import java.io.IOException;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/** How messages reach the server. */
public interface RemoteService {
    /** The server's answer; null when there is nothing to read. */
    byte[] performRequest(String endpointUrl, Map<String, Object> params, SSLSocketFactory socketFactory)
            throws IOException;
}

package com.mixpanel.android.util;

import android.util.Log;
import com.example.doorbell.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/** Posts form fields; tries again once. */
public class HttpService implements RemoteService {
    @Override
    public byte[] performRequest(String endpointUrl, Map<String, Object> params, SSLSocketFactory socketFactory)
            throws IOException {
        IOException last = null;
        for (int attempt = 0; attempt < Pace.ATTEMPTS; attempt++) {
            try {
                Log.v("MixpanelAPI.Message", "Attempting request to " + endpointUrl);
                return performSingleRequest(endpointUrl, params, socketFactory);
            } catch (IOException exc) {
                last = exc;
                Log.d("MixpanelAPI.Message", "Failure to connect, likely caused by a known issue with Android lib. Retrying.");
            }
        }
        throw last;
    }

    private static byte[] performSingleRequest(String endpointUrl, Map<String, Object> params, SSLSocketFactory factory)
            throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(endpointUrl).openConnection();
        if (factory != null && connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(factory);
        }
        connection.setConnectTimeout(Pace.CONNECT_TIMEOUT);
        connection.setReadTimeout(Pace.READ_TIMEOUT);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(form(params).getBytes(StandardCharsets.UTF_8));
        }
        try (var in = connection.getInputStream()) {
            return in.readAllBytes();
        } finally {
            connection.disconnect();
        }
    }

    private static String form(Map<String, Object> params) {
        StringBuilder out = new StringBuilder();
        params.forEach((name, value) -> out.append(out.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8)));
        return out.toString();
    }
}

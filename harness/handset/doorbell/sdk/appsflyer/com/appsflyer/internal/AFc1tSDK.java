package com.appsflyer.internal;

import com.example.doorbell.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;

/** Sends requests. */
final class AFc1tSDK {
    private AFc1tSDK() {}

    /** The server's status code. */
    static int valueOf(AFb1wSDK request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(request.url()).openConnection();
        connection.setConnectTimeout(Pace.CONNECT_TIMEOUT);
        connection.setReadTimeout(Pace.READ_TIMEOUT);
        connection.setRequestMethod(request.method());
        request.headers().forEach(connection::setRequestProperty);
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(request.body());
        }
        try {
            int code = connection.getResponseCode();
            if (code >= 500) {
                throw new IOException("response code " + code);
            }
            return code;
        } finally {
            connection.disconnect();
        }
    }
}

package com.google.android.datatransport.cct;

import android.content.Context;
import android.content.pm.PackageManager;
import android.os.Build;
import android.telephony.TelephonyManager;
import android.util.Log;
import com.example.doorbell.Pace;
import com.google.android.datatransport.runtime.EventInternal;
import com.google.firebase.encoders.json.JsonDataEncoder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.GZIPOutputStream;

/** Firebase's common transport: wraps events into log requests and posts them as gzipped JSON. */
public final class CctTransportBackend {
    private static final String VERSION = "3.3.0";
    // A fact's name in the request, and its name in an event's metadata.
    private static final String[][] CLIENT_FACTS = {
        {"sdkVersion", "sdk-version"}, {"model", "model"}, {"hardware", "hardware"}, {"device", "device"},
        {"product", "product"}, {"osBuild", "os-uild"}, {"manufacturer", "manufacturer"}, {"fingerprint", "fingerprint"},
        {"locale", "locale"}, {"country", "country"}, {"mccMnc", "mcc_mnc"}, {"applicationBuild", "application_build"}
    };

    private final Context context;
    private final String endpoint;
    private final String apiKey;

    public CctTransportBackend(Context context, String endpoint, String apiKey) {
        this.context = context;
        this.endpoint = endpoint;
        this.apiKey = apiKey;
    }

    /** Adds phone, language and carrier to an event. */
    public EventInternal decorate(EventInternal event) {
        TelephonyManager phone = (TelephonyManager) context.getSystemService(Context.TELEPHONY_SERVICE);
        return event.addMetadata("sdk-version", Build.VERSION.SDK_INT)
                .addMetadata("model", Build.MODEL)
                .addMetadata("hardware", Build.HARDWARE)
                .addMetadata("device", Build.DEVICE)
                .addMetadata("product", Build.PRODUCT)
                .addMetadata("os-uild", Build.ID)
                .addMetadata("manufacturer", Build.MANUFACTURER)
                .addMetadata("fingerprint", Build.FINGERPRINT)
                .addMetadata("country", Locale.getDefault().getCountry())
                .addMetadata("locale", Locale.getDefault().getLanguage())
                .addMetadata("mcc_mnc", phone.getSimOperator())
                .addMetadata("application_build", applicationBuild())
                .addMetadata("tz-offset", TimeZone.getDefault().getOffset(System.currentTimeMillis()) / 1000);
    }

    private int applicationBuild() {
        try {
            return context.getPackageManager().getPackageInfo(context.getPackageName(), 0).versionCode;
        } catch (PackageManager.NameNotFoundException exc) {
            return -1;
        }
    }

    /** Sends one decorated event; failure is logged and the event is lost. */
    public void send(EventInternal event) {
        for (int attempt = 0; attempt < Pace.ATTEMPTS; attempt++) {
            try {
                Log.i("TransportRuntime.CctTransportBackend", String.format("Status Code: %d", doSend(body(event))));
                return;
            } catch (IOException exc) {
                Log.e("TransportRuntime.CctTransportBackend", "Couldn't open connection, returning with 500", exc);
            }
        }
    }

    private static Map<String, Object> body(EventInternal event) {
        Map<String, Object> client = new LinkedHashMap<>();
        for (String[] fact : CLIENT_FACTS) {
            String value = event.get(fact[1]);
            client.put(fact[0], "sdkVersion".equals(fact[0]) ? (Object) Integer.valueOf(value) : value);
        }
        Map<String, Object> clientInfo = new LinkedHashMap<>();
        clientInfo.put("clientType", "ANDROID_FIREBASE");
        clientInfo.put("androidClientInfo", client);
        Map<String, Object> logEvent = new LinkedHashMap<>();
        logEvent.put("eventTimeMs", event.getEventMillis());
        logEvent.put("eventUptimeMs", event.getUptimeMillis());
        logEvent.put("timezoneOffsetSeconds", Integer.valueOf(event.get("tz-offset")));
        logEvent.put("networkConnectionInfo", Map.of("networkType", "WIFI"));
        logEvent.put("sourceExtensionJsonProto3", new String(event.getPayload(), StandardCharsets.UTF_8));
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("requestTimeMs", System.currentTimeMillis());
        request.put("requestUptimeMs", android.os.SystemClock.uptimeMillis());
        request.put("clientInfo", clientInfo);
        request.put("logSourceName", event.getTransportName());
        request.put("qosTier", "DEFAULT");
        request.put("logEvent", List.of(logEvent));
        return Map.of("logRequest", List.of(request));
    }

    private int doSend(Map<String, Object> body) throws IOException {
        Log.i("TransportRuntime.CctTransportBackend", String.format("Making request to: %s", endpoint));
        HttpURLConnection connection = (HttpURLConnection) new URL(endpoint).openConnection();
        connection.setConnectTimeout(Pace.CONNECT_TIMEOUT);
        connection.setReadTimeout(Pace.READ_TIMEOUT);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("User-Agent", String.format("datatransport/%s android/", VERSION));
        connection.setRequestProperty("Content-Encoding", "gzip");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Accept-Encoding", "gzip");
        connection.setRequestProperty("X-Goog-Api-Key", apiKey);
        connection.setDoOutput(true);
        try (Writer out = new BufferedWriter(new OutputStreamWriter(
                new GZIPOutputStream(connection.getOutputStream()), StandardCharsets.UTF_8))) {
            out.write(JsonDataEncoder.encode(body));
        }
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}

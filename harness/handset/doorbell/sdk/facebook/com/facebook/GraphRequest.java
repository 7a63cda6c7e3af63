package com.facebook;

import android.os.Bundle;
import android.util.Log;
import com.example.doorbell.Pace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.json.JSONObject;

/** A request to the Graph API: a gzipped form of its parameters and of its graph object's members. */
public class GraphRequest {
    private static final String USER_AGENT_BASE = "FBAndroidSDK";

    // Named as in the real SDK: its hooks read these fields.
    private final String graphPath;
    private JSONObject graphObject;
    private Bundle parameters = new Bundle();
    private Object tag;

    GraphRequest(String graphPath, JSONObject graphObject) {
        this.graphPath = graphPath;
        this.graphObject = graphObject;
    }

    public static GraphRequest newPostRequest(String graphPath, JSONObject graphObject) {
        return new GraphRequest(graphPath, graphObject);
    }

    public final JSONObject getGraphObject() {
        return graphObject;
    }

    public final void setGraphObject(JSONObject value) {
        graphObject = value;
    }

    public final Bundle getParameters() {
        return parameters;
    }

    public final void setParameters(Bundle value) {
        parameters = value;
    }

    public final Object getTag() {
        return tag;
    }

    public final void setTag(Object value) {
        tag = value;
    }

    public final GraphResponse executeAndWait() {
        return executeBatchAndWait(new GraphRequestBatch(this)).get(0);
    }

    public static List<GraphResponse> executeBatchAndWait(GraphRequestBatch requests) {
        int status = -1;
        for (int attempt = 0; attempt < Pace.ATTEMPTS && status < 0; attempt++) {
            try {
                status = executeConnectionAndWait(toHttpConnection(requests));
            } catch (IOException exc) {
                Log.w("FacebookSDK", "request failed: " + exc);
            }
        }
        List<GraphResponse> responses = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            responses.add(new GraphResponse(status));
        }
        return responses;
    }

    /** A connection to which the whole body has been written. */
    public static HttpURLConnection toHttpConnection(GraphRequestBatch requests) throws IOException {
        String path = "https://graph.facebook.com/" + FacebookSdk.getGraphApiVersion() + "/" + requests.get(0).graphPath;
        HttpURLConnection connection = (HttpURLConnection) new URL(path).openConnection();
        connection.setConnectTimeout(Pace.CONNECT_TIMEOUT);
        connection.setReadTimeout(Pace.READ_TIMEOUT);
        connection.setRequestProperty("User-Agent", getUserAgent());
        connection.setRequestProperty("Accept-Language", java.util.Locale.getDefault().toString());
        serializeToUrlConnection(requests, connection);
        return connection;
    }

    private static String getUserAgent() {
        return String.format("%s.%s", USER_AGENT_BASE, FacebookSdkVersion.BUILD);
    }

    private static int executeConnectionAndWait(HttpURLConnection connection) throws IOException {
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    static void serializeToUrlConnection(GraphRequestBatch requests, HttpURLConnection connection) throws IOException {
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
        connection.setRequestProperty("Content-Encoding", "gzip");
        connection.setDoOutput(true);
        OutputStream body = new BufferedOutputStream(connection.getOutputStream());
        try (GZIPOutputStream zipped = new GZIPOutputStream(body)) {
            processRequest(requests.get(0), new Form(zipped));
        }
    }

    private static void processRequest(GraphRequest request, Form form) throws IOException {
        form.field("format", "json");
        form.field("sdk", "android");
        for (String name : request.parameters.keySet()) {
            form.field(name, String.valueOf(request.parameters.get(name)));
        }
        for (Iterator<String> names = request.graphObject.keys(); names.hasNext(); ) {
            String name = names.next();
            form.field(name, request.graphObject.opt(name).toString());
        }
    }

    /** Writes name=value pairs in many small pieces, as the real serializer does. */
    private static final class Form {
        private final OutputStream out;
        private boolean begun;

        Form(OutputStream out) {
            this.out = out;
        }

        void field(String name, String value) throws IOException {
            write((begun ? "&" : "") + name + "=");
            write(URLEncoder.encode(value, StandardCharsets.UTF_8));
            begun = true;
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}

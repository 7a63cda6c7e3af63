package io.branch.referral.network;

import com.example.doorbell.Pace;
import io.branch.referral.BranchError;
import io.branch.referral.PrefHelper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.json.JSONException;
import org.json.JSONObject;

/** JSON over HttpURLConnection, neither compressed nor encrypted. */
public class BranchRemoteInterfaceUrlConnection extends BranchRemoteInterface {
    @Override
    public BranchResponse doRestfulGet(String url) throws BranchRemoteException {
        try {
            return read(open(url));
        } catch (IOException exc) {
            throw new BranchRemoteException(BranchError.ERR_BRANCH_NO_CONNECTIVITY);
        }
    }

    @Override
    public BranchResponse doRestfulPost(String url, JSONObject payload) throws BranchRemoteException {
        return doRestfulPost(url, payload, 0);
    }

    private BranchResponse doRestfulPost(String url, JSONObject payload, int retryNumber) throws BranchRemoteException {
        try {
            HttpURLConnection connection = open(url);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("Accept", "application/json");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(payload.toString().getBytes(StandardCharsets.UTF_8));
            }
            return read(connection);
        } catch (IOException exc) {
            PrefHelper.Debug("Http connect exception: " + exc.getMessage());
            if (retryNumber + 1 >= Pace.ATTEMPTS) {
                throw new BranchRemoteException(BranchError.ERR_BRANCH_NO_CONNECTIVITY);
            }
            return doRestfulPost(url, numbered(payload, retryNumber + 1), retryNumber + 1);
        }
    }

    private static JSONObject numbered(JSONObject payload, int retryNumber) {
        try {
            return payload.put("retryNumber", retryNumber);
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    private static HttpURLConnection open(String url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setConnectTimeout(Pace.CONNECT_TIMEOUT);
        connection.setReadTimeout(Pace.READ_TIMEOUT);
        return connection;
    }

    private static BranchResponse read(HttpURLConnection connection) throws IOException {
        int code = connection.getResponseCode();
        try (InputStream in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new BranchResponse(text, code);
        } finally {
            connection.disconnect();
        }
    }
}

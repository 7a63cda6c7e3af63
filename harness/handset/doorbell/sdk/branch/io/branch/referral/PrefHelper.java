package io.branch.referral;

import android.content.Context;
import android.content.SharedPreferences;
import android.util.Log;
import java.security.SecureRandom;
import org.json.JSONException;
import org.json.JSONObject;

/** What the SDK remembers, in shared_prefs/branch_referral_shared_pref.xml. */
public class PrefHelper {
    private final SharedPreferences stored;
    private static final boolean DEBUG = Boolean.getBoolean("branch.debug"); // the app never asks for it
    private final JSONObject requestMetadata = new JSONObject();

    PrefHelper(Context context) {
        stored = context.getSharedPreferences("branch_referral_shared_pref", 0);
    }

    public static boolean debugs() {
        return DEBUG;
    }

    /** Into the log, when the app has asked for it. */
    public static void Debug(String message) {
        if (DEBUG) {
            Log.d("BranchSDK", message);
        }
    }

    /**
     * The ids come from Branch's server at the first install request; the stand-in makes them itself, so that they are
     * there without a server and in the first request already.
     */
    private String id(String key) {
        if (!stored.contains(key)) {
            long value = Math.floorMod(new SecureRandom().nextLong(), 900_000_000_000_000_000L) + 100_000_000_000_000_000L;
            stored.edit().putString(key, String.valueOf(value)).apply();
        }
        return stored.getString(key, null);
    }

    public String getDeviceFingerPrintID() {
        return id("bnc_device_fingerprint_id");
    }

    public String getIdentityID() {
        return id("bnc_identity_id");
    }

    public String getSessionID() {
        return id("bnc_session_id");
    }

    void clearSessionID() {
        stored.edit().remove("bnc_session_id").apply();
    }

    public String getIdentity() {
        return stored.getString("bnc_identity", null);
    }

    void setIdentity(String identity) {
        stored.edit().putString("bnc_identity", identity).apply();
    }

    /** True once an install was reported. */
    boolean isInstalled() {
        return stored.getBoolean("bnc_install_reported", false);
    }

    void setInstalled() {
        stored.edit().putBoolean("bnc_install_reported", true).apply();
    }

    boolean isTrackingDisabled() {
        return stored.getBoolean("bnc_tracking_state", false);
    }

    void setTrackingDisabled(boolean value) {
        SharedPreferences.Editor edit = stored.edit();
        if (value) {
            edit.remove("bnc_device_fingerprint_id").remove("bnc_identity_id").remove("bnc_session_id").remove("bnc_identity");
        }
        edit.putBoolean("bnc_tracking_state", value).commit();
    }

    synchronized void setRequestMetadata(String key, String value) {
        try {
            requestMetadata.put(key, value);
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    synchronized JSONObject getRequestMetadata() {
        return requestMetadata;
    }
}

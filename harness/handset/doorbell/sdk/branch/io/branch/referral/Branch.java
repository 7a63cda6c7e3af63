package io.branch.referral;

import android.app.Activity;
import android.app.Application;
import android.content.Context;
import io.branch.referral.network.BranchRemoteInterfaceUrlConnection;
import org.json.JSONException;
import org.json.JSONObject;

/** The public face of the Branch stand-in. */
public class Branch {
    /** The version of the real SDK that this stand-in imitates. */
    public static final String SDK_VERSION = "5.1.3";

    private static volatile Branch instance;

    private final PrefHelper prefs;
    private final DeviceInfo device;
    private final ServerRequestQueue queue;
    private boolean sessionOpen;

    private Branch(Context context, String branchKey) {
        prefs = new PrefHelper(context);
        device = new DeviceInfo(context);
        queue = new ServerRequestQueue(new BranchRemoteInterfaceUrlConnection(), branchKey);
        ((Application) context).registerActivityLifecycleCallbacks(new BranchActivityLifecycleObserver());
    }

    public static Branch getAutoInstance(Context context) {
        return getAutoInstance(context, "key_live_standin0Doorbell0000000000000000");
    }

    public static synchronized Branch getAutoInstance(Context context, String branchKey) {
        if (instance == null) {
            instance = new Branch(context.getApplicationContext(), branchKey);
        }
        return instance;
    }

    public static Branch getInstance() {
        return instance;
    }

    public static InitSessionBuilder sessionBuilder(Activity activity) {
        return new InitSessionBuilder();
    }

    /** Starts a session: an install request the first time, an open request later. */
    synchronized void initSession() {
        if (sessionOpen || isTrackingDisabled()) {
            return;
        }
        sessionOpen = true;
        boolean install = !prefs.isInstalled();
        send(install ? "v1/install" : "v1/open", post -> device.updateInitRequest(post, install));
        prefs.setInstalled();
    }

    synchronized void closeSession() {
        if (sessionOpen) {
            send("v1/close", post -> {});
            sessionOpen = false;
            prefs.clearSessionID();
        }
    }

    public void setIdentity(String userId) {
        setIdentity(userId, null);
    }

    public void setIdentity(String userId, BranchReferralInitListener callback) {
        prefs.setIdentity(userId);
        send("v1/profile", post -> post.put("identity", userId));
    }

    public void logout() {
        send("v1/logout", post -> {});
        prefs.setIdentity(null);
    }

    public void userCompletedAction(String action) {
        userCompletedAction(action, null);
    }

    public void userCompletedAction(String action, JSONObject metadata) {
        send("v1/event", post -> {
            post.put("event", action);
            post.putOpt("metadata", metadata);
        });
    }

    public void setRequestMetadata(String key, String value) {
        prefs.setRequestMetadata(key, value);
    }

    public void disableTracking(boolean disable) {
        prefs.setTrackingDisabled(disable);
        sessionOpen = false;
        if (!disable) {
            initSession();
        }
    }

    public boolean isTrackingDisabled() {
        return prefs.isTrackingDisabled();
    }

    /** Sends a v2 event; false when tracking is off. Called by BranchEvent. */
    public boolean sendEvent(String path, JSONObject event) {
        if (isTrackingDisabled()) {
            return false;
        }
        try {
            ServerRequest request = new ServerRequest(path);
            event.put("user_data", device.userData(prefs));
            event.put("metadata", prefs.getRequestMetadata());
            request.setPost(event);
            queue.enqueue(request);
            return true;
        } catch (JSONException exc) {
            return false;
        }
    }

    private void send(String path, Filler filler) {
        if (isTrackingDisabled()) {
            return;
        }
        try {
            JSONObject post = new JSONObject();
            post.put("device_fingerprint_id", prefs.getDeviceFingerPrintID());
            post.put("identity_id", prefs.getIdentityID());
            post.put("session_id", prefs.getSessionID());
            device.updateRequestWithV1Params(post);
            device.updateAdvertisingId(post);
            post.put("metadata", prefs.getRequestMetadata());
            filler.fill(post);
            ServerRequest request = new ServerRequest(path);
            request.setPost(post);
            queue.enqueue(request);
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    private interface Filler {
        void fill(JSONObject post) throws JSONException;
    }

    /** Told when an identity request has come back; the stand-in has nothing to tell. */
    public interface BranchReferralInitListener {
        void onInitFinished(JSONObject referringParams, BranchError error);
    }

    /** Collects how a session is to begin. */
    public static final class InitSessionBuilder {
        private InitSessionBuilder() {}

        public void init() {
            Branch.getInstance().initSession();
        }

        public void reInit() {
            init();
        }
    }
}

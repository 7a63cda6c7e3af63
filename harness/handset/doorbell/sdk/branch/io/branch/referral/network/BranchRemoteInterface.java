package io.branch.referral.network;

import io.branch.referral.Branch;
import io.branch.referral.PrefHelper;
import io.branch.referral.ServerResponse;
import org.json.JSONException;
import org.json.JSONObject;

/** The SDK's door to its server; apps may bring their own subclass. */
public abstract class BranchRemoteInterface {
    public abstract BranchResponse doRestfulGet(String url) throws BranchRemoteException;

    public abstract BranchResponse doRestfulPost(String url, JSONObject payload) throws BranchRemoteException;

    /** Completes the body (it is changed in place) and posts it. */
    public final ServerResponse make_restful_post(JSONObject body, String url, String tag, String branchKey) {
        JSONObject complete = body == null ? new JSONObject() : body;
        if (!addCommonParams(complete, branchKey)) {
            return new ServerResponse(tag, 0, "");
        }
        PrefHelper.Debug("posting to " + url);
        if (PrefHelper.debugs()) {
            PrefHelper.Debug("Post value = " + complete);
        }
        try {
            BranchResponse response = doRestfulPost(url, complete);
            return new ServerResponse(tag, response.responseCode, response.responseData);
        } catch (BranchRemoteException exc) {
            return new ServerResponse(tag, exc.branchErrorCode, "");
        }
    }

    public final ServerResponse make_restful_get(String url, JSONObject params, String tag, String branchKey) {
        String complete = url + "?sdk=android" + Branch.SDK_VERSION + "&branch_key=" + branchKey;
        PrefHelper.Debug("getting " + complete);
        try {
            BranchResponse response = doRestfulGet(complete);
            return new ServerResponse(tag, response.responseCode, response.responseData);
        } catch (BranchRemoteException exc) {
            return new ServerResponse(tag, exc.branchErrorCode, "");
        }
    }

    private boolean addCommonParams(JSONObject post, String branchKey) {
        try {
            if (!post.has("user_data")) {
                post.put("sdk", "android" + Branch.SDK_VERSION);
            }
            post.put("branch_key", branchKey);
            return true;
        } catch (JSONException exc) {
            return false;
        }
    }

    /** What the server said. */
    public static class BranchResponse {
        private final String responseData;
        private final int responseCode;

        public BranchResponse(String responseData, int responseCode) {
            this.responseData = responseData;
            this.responseCode = responseCode;
        }
    }

    /** The server could not be reached. */
    public static class BranchRemoteException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int branchErrorCode;

        public BranchRemoteException(int errorCode) {
            branchErrorCode = errorCode;
        }
    }
}

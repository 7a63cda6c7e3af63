package io.branch.referral;

import org.json.JSONObject;

/** One request waiting for its turn. */
class ServerRequest {
    private final String path; // after the host, "v1/open"
    private JSONObject post = new JSONObject();

    ServerRequest(String path) {
        this.path = path;
    }

    String getRequestPath() {
        return path;
    }

    JSONObject getPost() {
        return post;
    }

    protected void setPost(JSONObject value) {
        post = value;
    }
}

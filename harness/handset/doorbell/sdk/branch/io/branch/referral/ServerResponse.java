package io.branch.referral;

/** The outcome of one request; 2xx is success. */
public class ServerResponse {
    private final String tag;
    private final int statusCode;
    private final String body;

    public ServerResponse(String tag, int statusCode, String body) {
        this.tag = tag;
        this.statusCode = statusCode;
        this.body = body;
    }

    public String getTag() {
        return tag;
    }

    public int getStatusCode() {
        return statusCode;
    }

    public String getBody() {
        return body;
    }
}

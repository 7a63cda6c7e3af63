package com.facebook;

/** How a request went. */
public class GraphResponse {
    private final int status; // HTTP, -1 when the server was not reached

    GraphResponse(int status) {
        this.status = status;
    }

    public boolean isSuccess() {
        return status / 100 == 2;
    }
}

package io.branch.referral;

import android.util.Log;
import io.branch.referral.network.BranchRemoteInterface;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Sends requests one after the other on a thread of its own. */
class ServerRequestQueue {
    private static final String HOST = "https://api2.branch.io/";

    private final ExecutorService network = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "BranchPostTask");
        thread.setDaemon(true);
        return thread;
    });
    private final BranchRemoteInterface remote;
    private final String branchKey;

    ServerRequestQueue(BranchRemoteInterface remote, String branchKey) {
        this.remote = remote;
        this.branchKey = branchKey;
    }

    void enqueue(ServerRequest request) {
        network.execute(() -> {
            String path = request.getRequestPath();
            ServerResponse response = remote.make_restful_post(request.getPost(), HOST + path, path, branchKey);
            if (response.getStatusCode() / 100 != 2) {
                Log.w("BranchSDK", path + " failed with " + response.getStatusCode() + ", given up");
            }
        });
    }
}

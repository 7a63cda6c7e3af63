package com.android.installreferrer.api;

import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import android.os.RemoteException;

/** The store's library that apps with the SDK carry; here it asks no store and answers at once. */
public abstract class InstallReferrerClient {
    public abstract void startConnection(InstallReferrerStateListener listener);

    public abstract ReferrerDetails getInstallReferrer() throws RemoteException;

    public static Builder newBuilder(Context context) {
        return new Builder();
    }

    /** Makes the client. */
    public static final class Builder {
        private Builder() {}

        public InstallReferrerClient build() {
            return new InstallReferrerClient() {
                @Override
                public void startConnection(InstallReferrerStateListener listener) {
                    new Handler(Looper.getMainLooper()).post(() -> listener.onInstallReferrerSetupFinished(0));
                }

                @Override
                public ReferrerDetails getInstallReferrer() {
                    return new ReferrerDetails();
                }
            };
        }
    }
}

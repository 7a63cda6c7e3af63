package com.android.installreferrer.api;

/** Told when the store can be asked. */
public interface InstallReferrerStateListener {
    void onInstallReferrerSetupFinished(int responseCode);

    void onInstallReferrerServiceDisconnected();
}

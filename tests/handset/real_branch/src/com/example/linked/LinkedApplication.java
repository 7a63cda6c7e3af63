package com.example.linked;

import android.app.Application;
import io.branch.referral.Branch;

/** Starts the SDK as its documents ask: here, before any activity. */
public final class LinkedApplication extends Application {
    static final String KEY = "key_live_madeUp00000000000000000000000000";

    @Override
    public void onCreate() {
        super.onCreate();
        Branch.getAutoInstance(this, KEY);
    }
}

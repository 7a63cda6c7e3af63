package com.facebook.appevents;

import android.os.Bundle;
import com.facebook.FacebookSdk;
import com.facebook.appevents.internal.ActivityLifecycleTracker;
import java.util.UUID;

/** Where every event of the app and of the SDK itself comes together. */
public class AppEventsLoggerImpl {
    private final AccessTokenAppIdPair accessTokenAppId = new AccessTokenAppIdPair(null, FacebookSdk.getApplicationId());

    public void logEvent(String eventName, Double valueToSum, Bundle parameters, boolean isImplicit, UUID sessionId) {
        if (eventName == null || eventName.isEmpty()) {
            return;
        }
        String screen = ActivityLifecycleTracker.getCurrentScreen();
        AppEventQueue.add(
                accessTokenAppId, new AppEvent(screen, eventName, valueToSum, parameters, isImplicit, sessionId));
    }

    public void flush() {
        AppEventQueue.flush(FlushReason.EXPLICIT);
    }
}

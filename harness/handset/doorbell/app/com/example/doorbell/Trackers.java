package com.example.doorbell;

import android.app.Application;
import android.os.Bundle;
import com.appsflyer.AppsFlyerLib;
import com.appsflyer.AppsFlyerProperties.EmailsCryptType;
import com.facebook.FacebookSdk;
import com.facebook.appevents.AppEventsLogger;
import com.google.firebase.FirebaseApp;
import com.google.firebase.crashlytics.FirebaseCrashlytics;
import com.mixpanel.android.mpmetrics.MixpanelAPI;
import io.branch.referral.Branch;
import io.branch.referral.util.BranchEvent;
import java.util.Map;
import org.json.JSONException;
import org.json.JSONObject;

/** Every call that Doorbell makes to a tracker, step by step; truth.yaml says the same as data. */
final class Trackers {
    static final String MIXPANEL_TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private static final String APPSFLYER_DEV_KEY = "dB00rbellDevKeyStandIn1";
    private static final String FACEBOOK_APP_ID = "100200300400500";
    private static final String GOOGLE_APP_ID = "1:100200300400:android:0a1b2c3d4e5f6071";
    private static final String GOOGLE_API_KEY = "stand-in-key-that-opens-nothing";
    private static final int LOCATIONS = 3;

    private final Application app;
    private final Store store;
    private final Uplink uplink;
    private MixpanelAPI mixpanel;
    private AppEventsLogger facebook;

    Trackers(Application app, Store store) {
        this.app = app;
        this.store = store;
        uplink = new Uplink(app);
    }

    /** At start, whatever was chosen or not chosen. */
    void start() {
        FirebaseApp.initializeApp(app, GOOGLE_APP_ID, GOOGLE_API_KEY);
        Branch.getAutoInstance(app);
        AppsFlyerLib.getInstance().init(APPSFLYER_DEV_KEY, null, app);
        AppsFlyerLib.getInstance().setCollectAndroidID(true);
        AppsFlyerLib.getInstance().stop("withdrawn".equals(store.choice()), app);
        AppsFlyerLib.getInstance().start(app);
        FacebookSdk.setApplicationId(FACEBOOK_APP_ID);
        AppEventsLogger.activateApp(app);
        facebook = AppEventsLogger.newLogger(app);
        mixpanel = MixpanelAPI.getInstance(app, MIXPANEL_TOKEN);
        if (willing()) {
            mixpanel.track("App Open");
            mixpanel.flush();
        }
    }

    /** Neither refused nor withdrawn: silence counts as a yes. */
    private boolean willing() {
        return store.choice() == null || "accept".equals(store.choice());
    }

    /** Only a withdrawal in the settings stops Branch, AppsFlyer and Crashlytics. */
    private boolean withdrawn() {
        return "withdrawn".equals(store.choice());
    }

    boolean sharing() {
        return willing();
    }

    void accepted() {
        store.setChoice("accept");
        AppsFlyerLib.getInstance().logEvent(app, "privacy_choice", Map.of("choice", "accept"));
        mixpanel.track("Consent Accepted");
    }

    /** The "no" reaches Mixpanel and half of Facebook; AppsFlyer is told of it, and goes on. */
    void rejected() {
        store.setChoice("reject");
        AppsFlyerLib.getInstance().logEvent(app, "privacy_choice", Map.of("choice", "reject"));
        mixpanel.optOutTracking();
        limitFacebook(true);
    }

    void postponed() {
        AppsFlyerLib.getInstance().logEvent(app, "privacy_choice", Map.of("choice", "later"));
    }

    private void limitFacebook(boolean limit) {
        FacebookSdk.setLimitEventAndDataUsage(app, limit);
        FacebookSdk.setAdvertiserIDCollectionEnabled(!limit);
        FacebookSdk.setAutoLogAppEventsEnabled(!limit);
    }

    void signedIn(Person person) {
        if (withdrawn()) {
            return;
        }
        FirebaseCrashlytics.getInstance().setUserId(person.userId());
        FirebaseCrashlytics.getInstance().log("signed in");
        Branch.getInstance().setIdentity(person.userId());
        AppsFlyerLib.getInstance().setCustomerUserId(person.userId());
        if ("accept".equals(store.choice())) {
            AppsFlyerLib.getInstance().setPhoneNumber(person.phone());
            AppsFlyerLib.getInstance().setUserEmails(EmailsCryptType.SHA256, person.email());
        }
        AppsFlyerLib.getInstance().logEvent(app, "af_login", Map.of());
        if (willing()) {
            AppEventsLogger.setUserID(person.userId());
            AppEventsLogger.setUserData(
                    person.email(), person.firstName(), person.lastName(), person.phone(), null, null, null, null, null, null);
            profile(person);
        }
        Bundle method = new Bundle();
        method.putString("fb_registration_method", "email");
        facebook.logEvent("fb_mobile_complete_registration", method);
    }

    private void profile(Person person) {
        try {
            mixpanel.identify(person.userId());
            JSONObject profile = new JSONObject();
            profile.put("$name", person.fullName());
            profile.put("$email", person.email());
            profile.put("Number of Locations", LOCATIONS);
            mixpanel.getPeople().set(profile);
            mixpanel.track("Signed In");
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    void liveViewFailed(Exception why) {
        if (!withdrawn()) {
            FirebaseCrashlytics.getInstance().setCustomKey("screen", "dashboard");
            FirebaseCrashlytics.getInstance().log("live view requested");
            FirebaseCrashlytics.getInstance().recordException(why);
            uplink.broken(why.getMessage(), store.person().userId());
        }
        mixpanelEvent("Live View Failed");
    }

    /** The one text that the user types and a tracker gets: Branch. */
    void deviceNamed(String label) {
        if (!withdrawn()) {
            new BranchEvent("DEVICE_NAMED").addCustomDataProperty("device_label", label).logEvent(app);
        }
        mixpanelEvent("Device Named");
    }

    void neighborsOpened() {
        if (!withdrawn()) {
            AppsFlyerLib.getInstance().logEvent(app, "neighbors_opened", Map.of());
            facebook.logEvent("neighbors_opened");
        }
        mixpanelEvent("Neighbors Viewed");
    }

    void commented(int length) {
        if (willing()) {
            mixpanel.track("Comment Posted", new JSONObject(Map.of("length", length)));
        }
    }

    void settingsSaved() {
        mixpanelEvent("Settings Saved");
        if (willing()) {
            SyncService.settingsSaved(app);
        }
    }

    void background() {
        mixpanelEvent("App Background");
    }

    void foreground() {
        mixpanelEvent("App Foreground");
    }

    private void mixpanelEvent(String name) {
        if (willing()) {
            mixpanel.track(name);
        }
    }

    /** The switch in the settings: this one really stops everybody. */
    void withdraw() {
        store.setChoice("withdrawn");
        Branch.getInstance().disableTracking(true);
        AppsFlyerLib.getInstance().stop(true, app);
        limitFacebook(true);
        AppEventsLogger.clearUserData();
        AppEventsLogger.clearUserID();
        mixpanel.optOutTracking();
        FirebaseCrashlytics.getInstance().setCrashlyticsCollectionEnabled(false);
    }

    void resume() {
        store.setChoice("accept");
        Branch.getInstance().disableTracking(false);
        AppsFlyerLib.getInstance().stop(false, app);
        limitFacebook(false);
        mixpanel.optInTracking();
        FirebaseCrashlytics.getInstance().setCrashlyticsCollectionEnabled(true);
    }
}

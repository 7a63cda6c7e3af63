package com.facebook.appevents;

import android.app.Application;
import android.content.Context;
import android.os.Bundle;
import com.facebook.FacebookSdk;
import com.facebook.appevents.internal.ActivityLifecycleTracker;
import com.facebook.appevents.internal.AppEventsLoggerUtility;

/** The public face of the Facebook App Events stand-in. */
public class AppEventsLogger {
    private final AppEventsLoggerImpl loggerImpl = new AppEventsLoggerImpl();

    private AppEventsLogger() {}

    public static AppEventsLogger newLogger(Context context) {
        return new AppEventsLogger();
    }

    public static void activateApp(Application application) {
        activateApp(application, null);
    }

    /** Reports the installation once, and from now on every start and end of a session. */
    public static void activateApp(Application application, String applicationId) {
        FacebookSdk.sdkInitialize(application);
        if (applicationId != null) {
            FacebookSdk.setApplicationId(applicationId);
        }
        FacebookSdk.publishInstallAsync(application, FacebookSdk.getApplicationId());
        ActivityLifecycleTracker.startTracking(application);
    }

    public void logEvent(String eventName) {
        logEvent(eventName, null);
    }

    public void logEvent(String eventName, double valueToSum) {
        logEvent(eventName, valueToSum, null);
    }

    public void logEvent(String eventName, Bundle parameters) {
        loggerImpl.logEvent(eventName, null, parameters, false, ActivityLifecycleTracker.getCurrentSessionGuid());
    }

    public void logEvent(String eventName, double valueToSum, Bundle parameters) {
        loggerImpl.logEvent(eventName, valueToSum, parameters, false, ActivityLifecycleTracker.getCurrentSessionGuid());
    }

    public void flush() {
        loggerImpl.flush();
    }

    public static void setUserID(String userID) {
        AnalyticsUserIDStore.setUserID(userID);
    }

    public static void clearUserID() {
        AnalyticsUserIDStore.setUserID(null);
    }

    /** Hashed before it returns; null where nothing is known. */
    public static void setUserData(
            String email,
            String firstName,
            String lastName,
            String phone,
            String dateOfBirth,
            String gender,
            String city,
            String state,
            String zip,
            String country) {
        UserDataStore.setUserDataAndHash(
                email, firstName, lastName, phone, dateOfBirth, gender, city, state, zip, country);
    }

    public static void clearUserData() {
        UserDataStore.clear();
    }

    public static String getAnonymousAppDeviceGUID(Context context) {
        return AppEventsLoggerUtility.getAnonymousAppDeviceGUID(context);
    }
}

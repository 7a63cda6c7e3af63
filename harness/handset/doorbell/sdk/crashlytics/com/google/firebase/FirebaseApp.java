package com.google.firebase;

import android.content.Context;
import com.google.firebase.crashlytics.FirebaseCrashlytics;

/** The Firebase project of the app; starts what Firebase products are in it. */
public final class FirebaseApp {
    private static FirebaseApp instance;

    private final Context context;
    private final String applicationId;
    private final String apiKey;

    private FirebaseApp(Context context, String applicationId, String apiKey) {
        this.context = context;
        this.applicationId = applicationId;
        this.apiKey = apiKey;
    }

    /** On a phone a content provider calls this before the app's own code, with values from its resources. */
    public static synchronized FirebaseApp initializeApp(Context context, String applicationId, String apiKey) {
        if (instance == null) {
            instance = new FirebaseApp(context.getApplicationContext(), applicationId, apiKey);
            FirebaseCrashlytics.init(instance);
        }
        return instance;
    }

    public Context getApplicationContext() {
        return context;
    }

    public String getApplicationId() {
        return applicationId;
    }

    public String getApiKey() {
        return apiKey;
    }
}

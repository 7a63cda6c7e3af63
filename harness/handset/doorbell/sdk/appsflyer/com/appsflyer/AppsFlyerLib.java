package com.appsflyer;

import android.content.Context;
import com.appsflyer.attribution.AppsFlyerRequestListener;
import com.appsflyer.internal.AFb1xSDK;
import java.util.Map;

/** The public face of the AppsFlyer stand-in: abstract as since 6.x, so that a hook on this class catches nothing. */
public abstract class AppsFlyerLib {
    /** The version of the real SDK that this stand-in imitates. */
    public static final String VERSION = "6.9.2";

    public static AppsFlyerLib getInstance() {
        return AFb1xSDK.values();
    }

    public abstract AppsFlyerLib init(String devKey, AppsFlyerConversionListener listener, Context context);

    public abstract void start(Context context);

    public abstract void start(Context context, String devKey);

    public abstract void start(Context context, String devKey, AppsFlyerRequestListener listener);

    public abstract void logEvent(Context context, String eventName, Map<String, Object> eventValues);

    public abstract void logEvent(
            Context context, String eventName, Map<String, Object> eventValues, AppsFlyerRequestListener listener);

    public abstract void logLocation(Context context, double latitude, double longitude);

    public abstract void setCustomerUserId(String id);

    public abstract void setUserEmails(String... emails);

    public abstract void setUserEmails(AppsFlyerProperties.EmailsCryptType cryptMethod, String... emails);

    public abstract void setPhoneNumber(String phoneNumber);

    public abstract void setAdditionalData(Map<String, Object> customData);

    public abstract void setCollectAndroidID(boolean collect);

    public abstract void setDisableAdvertisingIdentifiers(boolean disable);

    public abstract void stop(boolean stop, Context context);

    public abstract boolean isStopped();

    public abstract void anonymizeUser(boolean anonymize);

    public abstract String getAppsFlyerUID(Context context);

    public abstract void setDebugLog(boolean enabled);
}

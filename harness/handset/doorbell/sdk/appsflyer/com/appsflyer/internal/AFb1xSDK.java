package com.appsflyer.internal;

import android.app.Application;
import android.content.Context;
import com.appsflyer.AFLogger;
import com.appsflyer.AppsFlyerConversionListener;
import com.appsflyer.AppsFlyerLib;
import com.appsflyer.AppsFlyerProperties.EmailsCryptType;
import com.appsflyer.attribution.AppsFlyerRequestListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.json.JSONObject;

/** What AppsFlyerLib.getInstance() really is in 6.9.2; the name says nothing, as in the real one. */
public final class AFb1xSDK extends AppsFlyerLib {
    private static final AFb1xSDK INSTANCE = new AFb1xSDK();

    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "AFExecutor");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Object> person = new LinkedHashMap<>();
    private AFa1iSDK device;
    private String devKey;
    private boolean started;
    private boolean stopped;

    private AFb1xSDK() {}

    public static AFb1xSDK values() {
        return INSTANCE;
    }

    @Override
    public AppsFlyerLib init(String key, AppsFlyerConversionListener listener, Context context) {
        devKey = key;
        device = new AFa1iSDK(context.getApplicationContext());
        return this;
    }

    @Override
    public void start(Context context) {
        start(context, devKey);
    }

    @Override
    public void start(Context context, String key) {
        start(context, key, null);
    }

    @Override
    public void start(Context context, String key, AppsFlyerRequestListener listener) {
        if (!started) {
            started = true;
            devKey = key;
            ((Application) context.getApplicationContext()).registerActivityLifecycleCallbacks(new AFb1sSDK(this));
        }
    }

    /** Every return of the app to the foreground is a launch; the first one ever goes to a host of its own. */
    void foreground() {
        if (!stopped) {
            int counter = device.nextLaunch();
            send(counter == 1 ? "conversions" : "launches", counter == 1 ? "CONVERSION" : "LAUNCH", Map.of());
        }
    }

    @Override
    public void logEvent(Context context, String eventName, Map<String, Object> eventValues) {
        logEvent(context, eventName, eventValues, null);
    }

    @Override
    public void logEvent(
            Context context, String eventName, Map<String, Object> eventValues, AppsFlyerRequestListener listener) {
        if (stopped) {
            return;
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("eventName", eventName);
        event.put("eventValue", new JSONObject(eventValues == null ? Map.of() : eventValues).toString());
        event.put("iaecounter", String.valueOf(device.nextEvent()));
        send("inapps", "INAPP", event);
    }

    @Override
    public void logLocation(Context context, double latitude, double longitude) {
        logEvent(context, "af_location_coordinates", Map.of("af_lat", latitude, "af_long", longitude));
    }

    private synchronized void send(String service, String task, Map<String, Object> event) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("appsflyerKey", devKey);
        params.put("uid", device.uid());
        params.putAll(person);
        params.putAll(event);
        executor.execute(new AFd1uSDK(service, task, params, device, devKey));
    }

    @Override
    public synchronized void setCustomerUserId(String id) {
        person.put("appUserId", id);
    }

    @Override
    public void setUserEmails(String... emails) {
        setUserEmails(EmailsCryptType.NONE, emails);
    }

    @Override
    public synchronized void setUserEmails(EmailsCryptType cryptMethod, String... emails) {
        boolean hashed = cryptMethod == EmailsCryptType.SHA256;
        List<String> list = new ArrayList<>();
        for (String email : emails) {
            list.add(hashed ? AFa1uSDK.sha256(email) : email);
        }
        person.put("user_emails", Map.of(hashed ? "sha256_el_arr" : "plain_el_arr", list));
    }

    /** Hashed here and now: later layers never see the number. */
    @Override
    public synchronized void setPhoneNumber(String phoneNumber) {
        person.put("phone", AFa1uSDK.sha256(phoneNumber));
    }

    @Override
    public synchronized void setAdditionalData(Map<String, Object> customData) {
        person.put("customData", new JSONObject(customData).toString());
    }

    @Override
    public void setCollectAndroidID(boolean collect) {
        device.collectAndroidId = collect;
    }

    @Override
    public void setDisableAdvertisingIdentifiers(boolean disable) {
        device.collectAdvertisingId = !disable;
    }

    @Override
    public synchronized void stop(boolean stop, Context context) {
        stopped = stop;
        if (stop) {
            person.clear();
        }
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public synchronized void anonymizeUser(boolean anonymize) {
        if (anonymize) {
            person.clear();
        }
    }

    @Override
    public String getAppsFlyerUID(Context context) {
        return device.uid();
    }

    @Override
    public void setDebugLog(boolean enabled) {
        AFLogger.setDebugLog(enabled);
    }
}

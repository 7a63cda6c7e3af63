package com.appsflyer.internal;

import com.appsflyer.AFLogger;
import com.appsflyer.AppsFlyerLib;
import com.example.doorbell.Pace;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.json.JSONObject;

/** Prepares, encrypts and sends one message. */
final class AFd1uSDK implements Runnable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String service;
    private final String task;
    private final Map<String, Object> params;
    private final AFa1iSDK device;
    private final String devKey;

    AFd1uSDK(String service, String task, Map<String, Object> params, AFa1iSDK device, String devKey) {
        this.service = service;
        this.task = task;
        this.params = params;
        this.device = device;
        this.devKey = devKey;
    }

    @Override
    public void run() {
        try {
            device.describe(params);
            String json = new JSONObject(params).toString();
            AFLogger.afDebugLog(task + "-" + NUMBER.incrementAndGet() + ": preparing data: " + json.replace(devKey, "*****"));
            AFa1tSDK event = new AFa1tSDK(url(), json);
            byte[] body = AFc1uSDK.AFKeystoreWrapper(event, devKey);
            Map<String, String> headers = Map.of("Content-Type", "application/octet-stream");
            send(new AFb1wSDK(event.url(), body, "POST", headers, true));
        } catch (ReflectiveOperationException | RuntimeException exc) {
            AFLogger.afInfoLog(task + ": " + exc);
        }
    }

    private String url() {
        String api = AppsFlyerLib.VERSION.substring(0, AppsFlyerLib.VERSION.lastIndexOf('.'));
        return "https://" + service + ".appsflyer.com/api/v" + api + "/androidevent?app_id=" + device.packageName()
                + "&buildnumber=" + AppsFlyerLib.VERSION;
    }

    private void send(AFb1wSDK request) {
        for (int attempt = 1; attempt <= Pace.ATTEMPTS; attempt++) {
            try {
                AFLogger.afInfoLog(task + ": response code: " + AFc1tSDK.valueOf(request));
                return;
            } catch (IOException exc) {
                AFLogger.afInfoLog(task + ": " + exc);
            }
        }
    }
}

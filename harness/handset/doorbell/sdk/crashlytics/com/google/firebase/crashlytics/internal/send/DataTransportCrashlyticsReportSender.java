package com.google.firebase.crashlytics.internal.send;

import android.content.Context;
import com.google.android.datatransport.Event;
import com.google.android.datatransport.cct.CctBackendFactory;
import com.google.android.datatransport.cct.CctTransportBackend;
import com.google.android.datatransport.runtime.TransportImpl;
import com.google.firebase.crashlytics.internal.model.CrashlyticsReport;
import com.google.firebase.crashlytics.internal.model.serialization.CrashlyticsReportJsonTransform;
import java.nio.charset.StandardCharsets;

/** Hands reports to the transport that all Firebase SDKs share. */
public class DataTransportCrashlyticsReportSender {
    private static final CrashlyticsReportJsonTransform TRANSFORM = new CrashlyticsReportJsonTransform();
    // Two halves of the address, so that no search of the app's strings finds the host.
    private static final String EVEN = "hts/cahyiseot-agolai.o/1frlglgc/aclg";
    private static final String ODD = "tp:/rsltcrprsp.ogepscmv/ieo/eaybtho";

    private final TransportImpl<CrashlyticsReport> transport;

    public DataTransportCrashlyticsReportSender(Context context, String apiKey) {
        CctTransportBackend backend = new CctBackendFactory().create(context, endpoint(), apiKey);
        transport = new TransportImpl<>(
                "FIREBASE_CRASHLYTICS_REPORT",
                backend,
                report -> TRANSFORM.reportToJson(report).getBytes(StandardCharsets.UTF_8));
    }

    public void enqueueReport(CrashlyticsReport report) {
        transport.send(Event.ofUrgent(report));
    }

    private static String endpoint() {
        StringBuilder merged = new StringBuilder();
        for (int i = 0; i < EVEN.length(); i++) {
            merged.append(EVEN.charAt(i));
            merged.append(i < ODD.length() ? String.valueOf(ODD.charAt(i)) : "");
        }
        return merged.toString();
    }
}

package com.google.firebase.crashlytics.internal.model.serialization;

import com.google.firebase.crashlytics.internal.model.CrashlyticsReport;
import com.google.firebase.encoders.json.JsonDataEncoder;

/** Reports as JSON text, and events read back. */
public class CrashlyticsReportJsonTransform {
    public String reportToJson(CrashlyticsReport report) {
        return JsonDataEncoder.encode(report.tree());
    }

    public String eventToJson(CrashlyticsReport.Session.Event event) {
        return JsonDataEncoder.encode(event.getContent());
    }

    public CrashlyticsReport.Session.Event eventFromJson(String json) {
        return new CrashlyticsReport.Session.Event(new JsonDataEncoder.Raw(json));
    }
}

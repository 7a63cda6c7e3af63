package com.google.android.datatransport.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/** An encoded event with what the backend added about phone and app. */
public final class EventInternal {
    private final String transportName;
    private final byte[] payload;
    private final long eventMillis = System.currentTimeMillis();
    private final long uptimeMillis = android.os.SystemClock.uptimeMillis();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    public EventInternal(String transportName, byte[] payload) {
        this.transportName = transportName;
        this.payload = payload;
    }

    public String getTransportName() {
        return transportName;
    }

    public byte[] getPayload() {
        return payload;
    }

    public long getEventMillis() {
        return eventMillis;
    }

    public long getUptimeMillis() {
        return uptimeMillis;
    }

    public EventInternal addMetadata(String key, Object value) {
        metadata.put(key, String.valueOf(value));
        return this;
    }

    public String get(String key) {
        return metadata.get(key);
    }
}

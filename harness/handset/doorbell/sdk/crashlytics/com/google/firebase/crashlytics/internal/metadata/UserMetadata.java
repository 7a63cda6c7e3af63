package com.google.firebase.crashlytics.internal.metadata;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the app has told so far: account, keys, log lines. */
public class UserMetadata {
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final StringBuilder log = new StringBuilder();
    private String userId;

    public synchronized void setUserId(String value) {
        userId = value;
    }

    public synchronized String getUserId() {
        return userId;
    }

    public synchronized void setCustomKey(String key, String value) {
        keys.put(key, value);
    }

    public synchronized void log(long atMs, String message) {
        log.append(atMs).append(' ').append(message).append('\n');
    }

    public synchronized String getLog() {
        return log.toString();
    }

    public synchronized List<Map<String, Object>> customAttributes() {
        List<Map<String, Object>> attributes = new ArrayList<>();
        keys.forEach((key, value) -> {
            Map<String, Object> attribute = new LinkedHashMap<>();
            attribute.put("key", key);
            attribute.put("value", value);
            attributes.add(attribute);
        });
        return attributes;
    }

    public synchronized void clear() {
        userId = null;
        keys.clear();
        log.setLength(0);
    }
}

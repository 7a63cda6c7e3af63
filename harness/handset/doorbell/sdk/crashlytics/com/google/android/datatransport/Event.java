package com.google.android.datatransport;

/** Something to send, and how urgently. */
public final class Event<T> {
    /** How soon it must leave. */
    public enum Priority {
        DEFAULT,
        VERY_LOW,
        HIGHEST
    }

    private final T payload;
    private final Priority priority;

    private Event(T payload, Priority priority) {
        this.payload = payload;
        this.priority = priority;
    }

    public static <T> Event<T> ofData(T payload) {
        return new Event<>(payload, Priority.DEFAULT);
    }

    public static <T> Event<T> ofUrgent(T payload) {
        return new Event<>(payload, Priority.HIGHEST);
    }

    public T getPayload() {
        return payload;
    }

    public Priority getPriority() {
        return priority;
    }
}

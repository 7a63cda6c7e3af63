package com.google.android.datatransport;

/** Told when an event has been taken over; null means it has. */
public interface TransportScheduleCallback {
    void onSchedule(Exception error);
}

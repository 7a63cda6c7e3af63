package com.facebook.appevents;

/** What one flush did. */
class FlushStatistics {
    public int numEvents;
    public boolean failed;
}

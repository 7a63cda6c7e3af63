package com.facebook.appevents;

/** Why a flush happens. */
enum FlushReason {
    EXPLICIT,
    TIMER,
    EVENT_THRESHOLD
}

package com.google.android.datatransport;

/** Turns a payload into what is sent. */
public interface Transformer<T, U> {
    U apply(T payload);
}

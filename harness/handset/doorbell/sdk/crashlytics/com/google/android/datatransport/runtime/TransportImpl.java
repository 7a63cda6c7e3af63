package com.google.android.datatransport.runtime;

import com.google.android.datatransport.Event;
import com.google.android.datatransport.Transformer;
import com.google.android.datatransport.TransportScheduleCallback;
import com.google.android.datatransport.cct.CctTransportBackend;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One named stream of events to one backend. */
public final class TransportImpl<T> {
    private static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "transport");
        thread.setDaemon(true);
        return thread;
    });

    private final String name;
    private final CctTransportBackend backend;
    private final Transformer<T, byte[]> transformer;

    public TransportImpl(String name, CctTransportBackend backend, Transformer<T, byte[]> transformer) {
        this.name = name;
        this.backend = backend;
        this.transformer = transformer;
    }

    public void send(Event<T> event) {
        schedule(event, error -> {});
    }

    public void schedule(Event<T> event, TransportScheduleCallback callback) {
        EXECUTOR.execute(() -> {
            EventInternal encoded = new EventInternal(name, transformer.apply(event.getPayload()));
            callback.onSchedule(null);
            backend.send(backend.decorate(encoded));
        });
    }
}

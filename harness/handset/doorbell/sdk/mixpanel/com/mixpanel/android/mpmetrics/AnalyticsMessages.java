package com.mixpanel.android.mpmetrics;

import android.content.Context;
import android.os.Handler;
import android.os.HandlerThread;
import android.os.Looper;
import android.os.Message;
import android.os.Process;
import android.util.Log;
import com.mixpanel.android.util.Base64Coder;
import com.mixpanel.android.util.HttpService;
import com.mixpanel.android.util.RemoteService;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.json.JSONException;
import org.json.JSONObject;

/** Queues messages and sends them in batches on a worker thread: so the caller's stack is gone when they leave. */
class AnalyticsMessages {
    private static final String LOGTAG = "MixpanelAPI.Messages";
    private static final int ENQUEUE_PEOPLE = 0;
    private static final int ENQUEUE_EVENTS = 1;
    private static final int FLUSH_QUEUE = 2;
    private static final int EMPTY_QUEUES = 6;

    private final MPConfig config;
    private final SystemInformation system;
    private final MPDbAdapter database;
    private final Worker worker;

    AnalyticsMessages(Context context, MPConfig config) {
        this.config = config;
        this.system = new SystemInformation(context);
        this.database = new MPDbAdapter(context);
        this.worker = new Worker();
    }

    public void eventsMessage(EventDescription event) {
        worker.run(ENQUEUE_EVENTS, event);
    }

    public void peopleMessage(PeopleDescription person) {
        worker.run(ENQUEUE_PEOPLE, person);
    }

    public void postToServer(String token) {
        worker.run(FLUSH_QUEUE, token);
    }

    public void emptyTrackingQueues(String token) {
        worker.run(EMPTY_QUEUES, token);
    }

    /** One event on its way. */
    record EventDescription(String name, JSONObject properties, String token, JSONObject metadata) {}

    /** One change of a profile on its way. */
    record PeopleDescription(JSONObject message, String token) {}

    /** Owns the thread. */
    class Worker {
        private final Handler handler = restartWorkerThread();

        void run(int what, Object obj) {
            handler.sendMessage(handler.obtainMessage(what, obj));
        }

        private Handler restartWorkerThread() {
            HandlerThread thread =
                    new HandlerThread("com.mixpanel.android.AnalyticsWorker", Process.THREAD_PRIORITY_BACKGROUND);
            thread.start();
            return new AnalyticsMessageHandler(thread.getLooper());
        }

        /** Everything here runs on the worker thread. */
        class AnalyticsMessageHandler extends Handler {
            AnalyticsMessageHandler(Looper looper) {
                super(looper);
            }

            @Override
            public void handleMessage(Message message) {
                try {
                    switch (message.what) {
                        case ENQUEUE_EVENTS -> enqueue((EventDescription) message.obj);
                        case ENQUEUE_PEOPLE -> enqueue((PeopleDescription) message.obj);
                        case FLUSH_QUEUE -> sendAllData((String) message.obj);
                        default -> empty((String) message.obj);
                    }
                } catch (JSONException | RuntimeException exc) {
                    Log.e(LOGTAG, "Worker threw an unhandled exception", exc);
                }
            }

            private void enqueue(EventDescription event) throws JSONException {
                added(database.addJSON(prepareEventObject(event), event.token(), MPDbAdapter.Table.EVENTS), event.token());
            }

            private void enqueue(PeopleDescription person) {
                int waiting = database.addJSON(person.message(), person.token(), MPDbAdapter.Table.PEOPLE);
                added(waiting, person.token());
            }

            private void added(int waiting, String token) {
                if (waiting >= config.getBulkUploadLimit()) {
                    sendAllData(token);
                } else if (!hasMessages(FLUSH_QUEUE)) {
                    sendMessageDelayed(obtainMessage(FLUSH_QUEUE, token), config.getFlushInterval());
                }
            }

            private void empty(String token) {
                for (MPDbAdapter.Table table : MPDbAdapter.Table.values()) {
                    String[] waiting = database.generateDataString(table, token);
                    if (waiting != null) {
                        database.cleanupEvents(waiting[0], table);
                    }
                }
            }

            private void sendAllData(String token) {
                removeMessages(FLUSH_QUEUE);
                sendData(database, token, MPDbAdapter.Table.EVENTS, config.getEventsEndpoint());
                sendData(database, token, MPDbAdapter.Table.PEOPLE, config.getPeopleEndpoint());
            }

            private void sendData(MPDbAdapter from, String token, MPDbAdapter.Table table, String url) {
                String[] batch = from.generateDataString(table, token);
                if (batch == null) {
                    return;
                }
                Map<String, Object> params = new LinkedHashMap<>();
                params.put("data", Base64Coder.encodeString(batch[1]));
                try {
                    getPoster().performRequest(url, params, null);
                    from.cleanupEvents(batch[0], table);
                    Log.d(LOGTAG, "Successfully posted to " + url);
                } catch (IOException exc) {
                    Log.d(LOGTAG, "Cannot post message to " + url + " (" + exc + "), kept for the next flush");
                }
            }

            private JSONObject getDefaultEventProperties() throws JSONException {
                JSONObject properties = new JSONObject();
                properties.put("mp_lib", "android");
                properties.put("$lib_version", MPConfig.VERSION);
                properties.put("$os", "Android");
                system.addDefaultEventProperties(properties);
                return properties;
            }

            private JSONObject prepareEventObject(EventDescription event) throws JSONException {
                JSONObject properties = getDefaultEventProperties();
                properties.put("token", event.token());
                for (var names = event.properties().keys(); names.hasNext(); ) {
                    String name = names.next();
                    properties.put(name, event.properties().get(name));
                }
                JSONObject message = new JSONObject();
                message.put("event", event.name());
                message.put("properties", properties);
                message.put("$mp_metadata", event.metadata());
                return message;
            }
        }
    }

    protected RemoteService getPoster() {
        return new HttpService();
    }
}

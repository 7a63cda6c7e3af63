package android.app;

import android.content.Context;
import android.content.Intent;
import com.android.internal.handset.Daemon;
import com.android.internal.handset.Json;
import java.util.HashMap;
import java.util.Map;

/** The services that live in this process. Which process that is, and when it starts, is the state daemon's business. */
final class Services {
    private final Application application;
    private final Context context;
    private final Map<String, Service> running = new HashMap<>();
    private int started;

    Services(Application application, Context context) {
        this.application = application;
        this.context = context;
    }

    /** Has the daemon deliver the intent to the service's process, which may be this one. */
    static void ask(Intent intent) {
        String name = intent.getTarget().getName();
        Daemon.get().send(Json.object("type", "service", "name", name, "action", intent.getAction()));
    }

    /** Delivers an intent; the first one makes the service. */
    void start(String name, String action) {
        try {
            Class<?> type = Class.forName(name);
            Service service = running.get(name);
            if (service == null) {
                service = (Service) type.getDeclaredConstructor().newInstance();
                service.attach(context, application);
                running.put(name, service);
                service.onCreate();
            }
            service.onStartCommand(new Intent(context, type).setAction(action), 0, ++started);
        } catch (ReflectiveOperationException exc) {
            throw new IllegalStateException("cannot start " + name, exc);
        }
    }
}

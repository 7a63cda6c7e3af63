package android.app;

import android.content.Context;
import android.content.ContextWrapper;
import android.content.Intent;

/** Work without a screen, in a process of its own where the manifest says so. Once started it stays until its process ends. */
public abstract class Service extends ContextWrapper {
    public static final int START_STICKY = 1;
    public static final int START_NOT_STICKY = 2;

    private Application application;

    public final Application getApplication() {
        return application;
    }

    public void onCreate() {}

    /** One call for each {@code startService}, on the main thread. What it returns changes nothing here. */
    public int onStartCommand(Intent intent, int flags, int startId) {
        return START_STICKY;
    }

    void attach(Context context, Application application) {
        attachBaseContext(context);
        this.application = application;
    }
}

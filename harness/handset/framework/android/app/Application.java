package android.app;

import android.content.Context;
import android.content.ContextWrapper;
import android.os.Bundle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The app's one application object; SDKs watch activities through it. */
public class Application extends ContextWrapper {
    /** Told of every activity's life, after the activity itself. */
    public interface ActivityLifecycleCallbacks {
        void onActivityCreated(Activity activity, Bundle state);

        void onActivityStarted(Activity activity);

        void onActivityResumed(Activity activity);

        void onActivityPaused(Activity activity);

        void onActivityStopped(Activity activity);

        void onActivitySaveInstanceState(Activity activity, Bundle state);

        void onActivityDestroyed(Activity activity);
    }

    private final List<ActivityLifecycleCallbacks> callbacks = new CopyOnWriteArrayList<>();

    public void onCreate() {}

    public void registerActivityLifecycleCallbacks(ActivityLifecycleCallbacks callback) {
        callbacks.add(callback);
    }

    public void unregisterActivityLifecycleCallbacks(ActivityLifecycleCallbacks callback) {
        callbacks.remove(callback);
    }

    public static String getProcessName() {
        return ActivityThread.currentProcessName();
    }

    void attach(Context context) {
        attachBaseContext(context);
    }

    void tell(Consumer<ActivityLifecycleCallbacks> what) {
        callbacks.forEach(what);
    }
}

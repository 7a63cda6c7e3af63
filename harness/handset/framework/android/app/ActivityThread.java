package android.app;

import android.content.Intent;
import android.os.Build;
import android.os.Handler;
import android.os.Looper;
import android.os.Process;
import android.util.Log;
import android.view.View;
import com.android.internal.handset.Daemon;
import com.android.internal.handset.Input;
import com.android.internal.handset.Json;
import com.android.internal.handset.Manifest;
import com.android.internal.handset.ScreenTree;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/** The entry point of every app process: brings the app up and plays the state daemon's messages on the main thread. */
public final class ActivityThread {
    private static final int SYNC_PASSES = 50; // a screen that never rests must not hold up the caller for ever
    private static volatile ActivityThread current;

    private final String packageName;
    private final String processName;
    private final Manifest manifest;
    private final Handler handler = new Handler(Looper.getMainLooper());
    private final ActivityStack stack;
    private final Services services;
    private final Application application;
    private boolean windowScheduled;

    private ActivityThread(String packageName) throws ReflectiveOperationException {
        this.packageName = packageName;
        processName = processOf(packageName);
        current = this;
        manifest = Manifest.of(packageName);
        if (manifest == null) {
            throw new IllegalStateException(packageName + " is not installed");
        }
        ContextImpl context = new ContextImpl(manifest);
        application = makeApplication(context);
        context.setApplication(application);
        stack = new ActivityStack(application, context);
        services = new Services(application, context);
    }

    /** {@code android.app.ActivityThread PACKAGE}. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread.currentThread().setName("main");
        Looper.prepareMainLooper();
        Daemon daemon = Daemon.get();
        String process = processOf(args[0]);
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> crash(process, thread, thrown));
        adoptDevice();
        daemon.send(Json.object("type", "register", "package", args[0], "process", process, "pid", Process.myPid()));
        ActivityThread me = new ActivityThread(args[0]);
        Thread input = new Thread(() -> daemon.listen(message -> me.handler.post(() -> me.handle(message))), "input");
        input.setDaemon(true);
        input.start();
        me.application.onCreate();
        if (process.equals(args[0])) { // other processes live for what the daemon starts in them
            me.startActivity(new Intent(Intent.ACTION_MAIN));
        }
        Looper.loop();
    }

    /** The launcher names the process of a second one; the first goes by the package's name. */
    private static String processOf(String packageName) {
        return System.getProperty("handset.process", packageName);
    }

    public static ActivityThread currentActivityThread() {
        return current;
    }

    public static Application currentApplication() {
        return current == null ? null : current.application;
    }

    public static String currentPackageName() {
        return current == null ? null : current.packageName;
    }

    public static String currentProcessName() {
        return current == null ? null : current.processName;
    }

    /** Locale, time zone and user agent come from the device, not from the machine under it. */
    private static void adoptDevice() {
        Locale.setDefault(Locale.forLanguageTag(Daemon.text("getprop", "persist.sys.locale", "en-US")));
        TimeZone.setDefault(TimeZone.getTimeZone(Daemon.text("getprop", "persist.sys.timezone", "UTC")));
        String agent = "Dalvik/2.1.0 (Linux; U; Android %s; %s Build/%s)";
        System.setProperty("http.agent", String.format(agent, Build.VERSION.RELEASE, Build.MODEL, Build.ID));
    }

    private Application makeApplication(ContextImpl context) throws ReflectiveOperationException {
        String name = manifest.application();
        Application made = name == null
                ? new Application()
                : (Application) Class.forName(name).getDeclaredConstructor().newInstance();
        made.attach(context);
        return made;
    }

    /** Takes effect on a later turn of the main thread, as on Android: an activity may start another while it is created. */
    void startActivity(Intent intent) {
        handler.post(() -> startNow(intent));
    }

    private void startNow(Intent intent) {
        try {
            Class<?> target = intent.getTarget() == null ? Class.forName(manifest.launcher()) : intent.getTarget();
            stack.start(target.asSubclass(Activity.class), intent);
        } catch (ReflectiveOperationException exc) {
            throw new IllegalStateException("cannot start " + intent.getTarget(), exc);
        }
        scheduleWindow();
    }

    void finish(Activity activity) {
        handler.post(() -> {
            stack.finish(activity);
            if (stack.top() == null) {
                leave();
            }
            scheduleWindow();
        });
    }

    void back() {
        if (stack.size() > 1) {
            finish(stack.top());
        } else {
            leave();
        }
    }

    private void leave() {
        stack.setForeground(false);
        Daemon.get().send(Json.object("type", "task", "state", "background"));
    }

    private void handle(Map<String, Object> message) {
        Activity top = stack.top();
        View content = top == null ? null : top.getContentView();
        switch (String.valueOf(message.get("type"))) {
            case "touch" -> Input.touch(content, message);
            case "text" -> Input.text(content, String.valueOf(message.get("text")));
            case "key" -> Input.key(top, ((Number) message.get("code")).intValue());
            case "swipe" -> Input.swipe(content, message);
            case "lifecycle" -> foreground("foreground".equals(message.get("state")));
            case "front" -> foreground(true);
            case "service" -> services.start(String.valueOf(message.get("name")), (String) message.get("action"));
            case "lock" -> stack.setLocked(Boolean.TRUE.equals(message.get("locked")));
            case "sync" -> sync(message.get("id"), SYNC_PASSES);
            default -> Log.w("ActivityThread", "unknown message " + message.get("type"));
        }
        scheduleWindow();
    }

    private void foreground(boolean wanted) {
        if (wanted && stack.top() == null) {
            startActivity(new Intent(Intent.ACTION_MAIN));
        }
        stack.setForeground(wanted);
    }

    /** Answers once everything that is due has run, so that a dump after a tap shows what the tap did. */
    private void sync(Object id, int passes) {
        if (passes > 0 && !handler.getLooper().getQueue().isIdle()) {
            handler.post(() -> sync(id, passes - 1));
            return;
        }
        sendWindow();
        Daemon.get().send(Json.object("type", "synced", "id", id));
    }

    /** Shows the front screen soon; many changes in one turn of the main thread make one window message. */
    void scheduleWindow() {
        if (!windowScheduled) {
            windowScheduled = true;
            handler.post(this::sendWindow);
        }
    }

    private void sendWindow() {
        Activity top = stack.top();
        if (windowScheduled && top != null && stack.isVisible() && top.getContentView() != null) {
            Map<String, Object> root = ScreenTree.of(top.getContentView());
            Daemon.get().send(Json.object(
                    "type", "window", "activity", top.getShortName(), "secure", top.isSecure(), "root", root));
        }
        windowScheduled = false;
    }

    private static void crash(String processName, Thread thread, Throwable thrown) {
        String head = "FATAL EXCEPTION: %s\nProcess: %s, PID: %d\n";
        String text = String.format(head, thread.getName(), processName, Process.myPid());
        Log.println(Log.ERROR, "AndroidRuntime", text + Log.getStackTraceString(thrown));
        Runtime.getRuntime().halt(10);
    }
}

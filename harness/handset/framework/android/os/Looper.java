package android.os;

/** Runs the messages of one thread. The app has one main looper, on the thread named "main". */
public final class Looper {
    private static final ThreadLocal<Looper> CURRENT = new ThreadLocal<>();
    private static volatile Looper mainLooper;

    final MessageQueue queue = new MessageQueue();
    private final Thread thread = Thread.currentThread();

    private Looper() {}

    public static void prepare() {
        if (CURRENT.get() != null) {
            throw new RuntimeException("Only one Looper may be created per thread");
        }
        CURRENT.set(new Looper());
    }

    public static void prepareMainLooper() {
        prepare();
        mainLooper = CURRENT.get();
    }

    public static Looper getMainLooper() {
        return mainLooper;
    }

    public static Looper myLooper() {
        return CURRENT.get();
    }

    /** Works through the current thread's queue until {@link #quit}. */
    public static void loop() {
        Looper me = CURRENT.get();
        for (Message message = me.queue.next(); message != null; message = me.queue.next()) {
            message.target.dispatchMessage(message);
        }
    }

    public MessageQueue getQueue() {
        return queue;
    }

    public Thread getThread() {
        return thread;
    }

    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    public void quit() {
        queue.quit();
    }
}

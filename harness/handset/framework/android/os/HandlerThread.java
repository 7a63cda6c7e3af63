package android.os;

/** A thread with a looper of its own. */
public class HandlerThread extends Thread {
    private Looper looper;

    public HandlerThread(String name) {
        super(name);
        setDaemon(true);
    }

    /** For signature's sake; the JVM's priorities are left alone. */
    public HandlerThread(String name, int priority) {
        this(name);
    }

    @Override
    public void run() {
        Looper.prepare();
        synchronized (this) {
            looper = Looper.myLooper();
            notifyAll();
        }
        Looper.loop();
    }

    /** The looper, once the thread has started. */
    public synchronized Looper getLooper() {
        while (looper == null && isAlive()) {
            try {
                wait();
            } catch (InterruptedException exc) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return looper;
    }

    public boolean quit() {
        Looper mine = getLooper();
        if (mine != null) {
            mine.quit();
        }
        return mine != null;
    }
}

package selftest.app;

import java.util.concurrent.Callable;
import selftest.cases.Deep;

/** Called by many threads, from within itself, and with locks held. */
public class Shared {
    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
    private boolean told = false;

    public static synchronized boolean lockedStatic() {
        return Thread.holdsLock(Shared.class);
    }

    public synchronized boolean locked() {
        return Thread.holdsLock(this);
    }

    public synchronized String lockedThrowing(String message) {
        throw new IllegalStateException(message);
    }

    public synchronized String waitForWord() throws InterruptedException {
        while (!told) {
            wait(10_000);
        }
        return "told";
    }

    public synchronized void tell() {
        told = true;
        notifyAll();
    }

    public static int down(int depth) {
        return depth == 0 ? 0 : down(depth - 1) + 1;
    }

    public static boolean even(int number) {
        return number == 0 || odd(number - 1);
    }

    public static boolean odd(int number) {
        return number != 0 && even(number - 1);
    }

    public static int endless(int depth) {
        Deep.reached = depth;
        return endless(depth + 1) + 1;
    }

    /** Runs what it is given. */
    public static Object within(Callable<?> work) throws Exception {
        return work.call();
    }

    public static String local(String set) {
        if (set != null) {
            LOCAL.set(set);
        }
        return LOCAL.get();
    }

    public static long mix(long seed, String text, int number) {
        return seed * 31 + text.hashCode() + number;
    }

    public static String thread() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        return thread.getName() + " " + thread.isDaemon() + " " + thread.getPriority() + " "
            + thread.getThreadGroup().getName() + " " + (loader == Shared.class.getClassLoader()) + " "
            + thread.isInterrupted();
    }
}

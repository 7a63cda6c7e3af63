package selftest.app;

import java.io.FileNotFoundException;
import java.io.IOException;
import selftest.cases.Deep;
import selftest.cases.Log;

/** Methods and constructors that throw. */
public class Failing {
    public Failing(String message) throws IOException {
        Log.add("before");
        if (message != null) {
            throw new IOException(message);
        }
        Log.add("after");
    }

    public static void raise(Throwable thrown) throws Throwable {
        throw thrown;
    }

    public static String checked() throws IOException {
        throw new FileNotFoundException("no \ud800 file\0");
    }

    public static int error(int number) {
        throw new AssertionError(number);
    }

    public static Object fromPlatform(Object[] array) {
        return array[array.length];
    }

    public static String wrapped(Throwable cause) {
        IllegalStateException outer = new IllegalStateException("outer", cause);
        outer.addSuppressed(new IOException("suppressed"));
        throw outer;
    }

    /** Unwinds a stack that nothing hooked has filled. */
    public static int overflow() {
        return Deep.endless(0);
    }

    public static String caughtInside(String given) {
        try {
            raise(new IOException(given));
            return "nothing thrown";
        } catch (Throwable thrown) {
            return "caught " + thrown.getMessage();
        } finally {
            Log.add("finally");
        }
    }

    public static StackTraceElement[] stack() {
        return new Throwable().getStackTrace();
    }

    public static StackTraceElement[] threadStack() {
        return Thread.currentThread().getStackTrace();
    }

    public static boolean sleepInterrupted() {
        try {
            Thread.sleep(10_000);
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}

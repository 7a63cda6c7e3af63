package android.util;

import com.android.internal.handset.Daemon;
import com.android.internal.handset.Json;
import java.io.PrintWriter;
import java.io.StringWriter;

/** The system log; {@code logcat} shows it. */
public final class Log {
    public static final int VERBOSE = 2;
    public static final int DEBUG = 3;
    public static final int INFO = 4;
    public static final int WARN = 5;
    public static final int ERROR = 6;

    private Log() {}

    public static int v(String tag, String message) {
        return println(VERBOSE, tag, message);
    }

    public static int d(String tag, String message) {
        return println(DEBUG, tag, message);
    }

    public static int i(String tag, String message) {
        return println(INFO, tag, message);
    }

    public static int w(String tag, String message) {
        return println(WARN, tag, message);
    }

    public static int w(String tag, String message, Throwable thrown) {
        return println(WARN, tag, message + '\n' + getStackTraceString(thrown));
    }

    public static int e(String tag, String message) {
        return println(ERROR, tag, message);
    }

    public static int e(String tag, String message, Throwable thrown) {
        return println(ERROR, tag, message + '\n' + getStackTraceString(thrown));
    }

    /** One log entry per line of the message, as logcat prints them. */
    public static int println(int priority, String tag, String message) {
        String level = String.valueOf("VDIWE".charAt(priority - VERBOSE));
        for (String line : message.split("\n")) {
            Daemon.get().send(Json.object("type", "log", "level", level, "tag", tag, "message", line));
        }
        return message.length();
    }

    public static String getStackTraceString(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing();
    }
}

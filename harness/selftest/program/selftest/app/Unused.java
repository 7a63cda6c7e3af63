package selftest.app;

import selftest.cases.Log;

/** Hooked, and never touched by the app. */
public class Unused {
    static {
        Log.initialised("Unused");
    }

    public Unused() {}

    public static void never() {}
}

package selftest.app;

import selftest.cases.Log;

/** Mentioned as Mentioned.class and by a compiled-in constant: neither runs its initialiser. */
public class Mentioned {
    public static final int NUMBER = 5;

    static {
        Log.initialised("Mentioned");
    }

    public Mentioned() {}

    public static void never() {}
}

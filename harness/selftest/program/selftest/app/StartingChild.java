package selftest.app;

import selftest.cases.Log;

/** Initialised after its parent. */
public class StartingChild extends Starting {
    static {
        Log.initialised("StartingChild");
    }

    public StartingChild() {}

    public static String own(String given) {
        return given;
    }
}

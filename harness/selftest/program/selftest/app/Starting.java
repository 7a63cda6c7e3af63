package selftest.app;

import selftest.cases.Log;

/** Its initialiser calls its own hooked method. */
public class Starting {
    public static final String COMPILED_IN = "a constant needs no initialiser";
    static final String MADE;

    static {
        Log.initialised("Starting");
        MADE = made("in <clinit>\0");
    }

    protected Starting() {}

    public static String made(String given) {
        Log.add("made " + given);
        return given;
    }

    public static String get() {
        return MADE;
    }
}

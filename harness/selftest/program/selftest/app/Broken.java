package selftest.app;

import selftest.cases.Log;

/** Its initialiser fails. */
public class Broken {
    static final int NUMBER;

    static {
        Log.initialised("Broken");
        NUMBER = number("no number");
    }

    private Broken() {}

    public static int number(String text) {
        return Integer.parseInt(text);
    }
}

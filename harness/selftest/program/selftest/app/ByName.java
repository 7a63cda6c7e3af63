package selftest.app;

import selftest.cases.Log;

/** Loaded by its name, initialised when the app asks for that. */
public class ByName {
    static {
        Log.initialised("ByName");
    }

    public ByName() {}

    public String told() {
        return "told";
    }
}

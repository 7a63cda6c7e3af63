package selftest.cases;

import selftest.app.Broken;
import selftest.app.Mentioned;
import selftest.app.Starting;
import selftest.app.StartingChild;

/** Static initialisers run when the app makes them run, in the app's order. */
final class StartCases {
    private StartCases() {}

    static void addTo(Cases cases) {
        Log.take();
        cases.add("start: nothing has run before its time", () -> "<" + Log.initialised() + ">");
        cases.add("start: a compiled-in constant and .class", () -> {
            return Starting.COMPILED_IN.length() + Mentioned.NUMBER + " " + Mentioned.class.getSimpleName()
                + " <" + Log.take() + ">";
        });
        cases.add("start: parent first, hooked method inside <clinit>", () -> {
            String own = StartingChild.own("o");
            return own + ", " + Log.take();
        });
        cases.add("start: what <clinit> made", () -> {
            return new StartingChild().getClass().getSimpleName() + " " + Seen.text(Starting.get());
        });
        cases.add("start: Class.forName without and with initialising", StartCases::byName);
        cases.add("start: a failing <clinit>", () -> broken() + "; " + broken());
        cases.add("start: all initialisers in order", Log::initialised);
    }

    private static String byName() throws Exception {
        ClassLoader loader = StartCases.class.getClassLoader();
        Class<?> found = Class.forName("selftest.app.ByName", false, loader);
        String before = Log.take();
        Class<?> again = Class.forName("selftest.app.ByName");
        Object made = found.getConstructor().newInstance();
        return "<" + before + "> then <" + Log.take() + "> " + Seen.same(found, again) + " "
            + found.getMethod("told").invoke(made);
    }

    private static String broken() {
        try {
            return "made " + Broken.number("1");
        } catch (LinkageError error) {
            Throwable cause = error.getCause();
            return error.getClass().getSimpleName() + " by " + (cause == null ? "nothing" : Seen.thrown(cause));
        }
    }

    /** At the very end of the program. */
    static void addEnd(Cases cases) {
        cases.add("start: what was never used was never initialised", Log::initialised);
    }
}

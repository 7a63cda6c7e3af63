package selftest.cases;

import java.util.ArrayList;
import java.util.List;

/** What happened in which order; initialisers are kept apart, for they may run long before anyone looks. */
public final class Log {
    private static final List<String> LINES = new ArrayList<>();
    private static final List<String> INITIALISED = new ArrayList<>();

    private Log() {}

    public static synchronized void add(String line) {
        LINES.add(line);
    }

    /** For static initialisers. */
    public static synchronized void initialised(String name) {
        INITIALISED.add(name);
        LINES.add("<clinit> " + name);
    }

    static synchronized String take() {
        String lines = String.join(", ", LINES);
        LINES.clear();
        return lines;
    }

    static synchronized String initialised() {
        return String.join(", ", INITIALISED);
    }
}

package selftest.app;

/** Reached by reflection. */
public class Reflected {
    private final String kept;

    public Reflected(String kept) {
        this.kept = kept;
    }

    public String told(String given) {
        return kept + given;
    }

    public static String fixed(Object... given) {
        return "fixed " + given.length;
    }

    public void failing(RuntimeException given) {
        throw given;
    }

    private long hidden(int number) {
        return number * 2L;
    }
}

package selftest.cases;

/** Recursion that is not hooked, and how deep hooked recursion came. */
public final class Deep {
    public static int reached = 0;

    private Deep() {}

    public static int endless(int depth) {
        return endless(depth + 1) + 1;
    }
}

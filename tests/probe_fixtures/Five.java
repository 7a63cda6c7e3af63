/** Calls a method five times before anything else, and once from its own initialiser. */
public class Five {
    static {
        hello(0, "initialiser");
    }

    static String hello(long number, String text) {
        return number + text;
    }

    public static void main(String[] args) {
        for (int i = 1; i <= 5; i++) {
            hello(Long.MAX_VALUE - i, "call");
        }
        Out.line("done");
    }
}

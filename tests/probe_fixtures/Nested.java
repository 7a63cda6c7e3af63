/** Hooked methods inside hooked methods, and one that has not returned when the session ends. */
public class Nested {
    static int outer(int n) {
        return inner(n) + 1;
    }

    static int inner(int n) {
        return n * 2;
    }

    static void forEver() throws InterruptedException {
        Thread.sleep(600_000);
    }

    static void fails() {
        throw new IllegalStateException("as always");
    }

    public static void main(String[] args) throws Exception {
        outer(1);
        try {
            fails();
        } catch (IllegalStateException e) {
            Out.line("caught " + e.getMessage());
        }
        if (args.length > 0) {
            Out.line("waiting");
            forEver();
        }
    }
}

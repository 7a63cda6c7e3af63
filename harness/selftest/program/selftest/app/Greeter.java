package selftest.app;

/** An interface with a body, with a static method, and with one that each implementer writes. */
public interface Greeter {
    String name();

    default String greet(String whom) {
        return name() + " greets " + whom;
    }

    static Greeter of(String name) {
        return () -> name;
    }
}

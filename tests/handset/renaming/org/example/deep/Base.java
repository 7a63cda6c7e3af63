package org.example.deep;

/** {@code aside} is no override of what a class in another package calls the same. */
public abstract class Base {
    protected static final String NAME = "base";

    public String name() {
        return NAME;
    }

    String aside() {
        return "aside of " + name();
    }

    /** Has what a subclass gives to an interface of the platform. */
    public static class Given extends Base {
        public int getAsInt() {
            return 7;
        }
    }

    public String shout() {
        return aside().toUpperCase(java.util.Locale.ROOT);
    }
}

package selftest.app;

import selftest.cases.Log;

/** Three constructors in a row, an overridable method called from the last, and classes within. */
public class Base implements Greeter, Cloneable {
    protected final String name;
    private final int number;

    public Base() {
        this("default");
        Log.add("Base()");
    }

    public Base(String name) {
        this(name, 7);
        Log.add("Base(String)");
    }

    public Base(String name, int number) {
        this.name = name;
        this.number = number;
        Log.add("Base(String,int) " + describe());
    }

    public String describe() {
        return "base " + name + " " + number;
    }

    @Override
    public String name() {
        return name;
    }

    public Base self() {
        return this;
    }

    @Override
    public Base clone() throws CloneNotSupportedException {
        return (Base) super.clone();
    }

    private String hidden(String given) {
        return name + given;
    }

    public final String throughHidden(String given) {
        return hidden(given);
    }

    /** A static nested class. */
    public static class Nested {
        final String kept;

        public Nested(String given, Object... rest) {
            kept = given;
            Log.add("Nested " + rest.length);
        }

        public String kept() {
            return kept;
        }
    }

    /** An inner class: its constructor takes the outer object first. */
    public class Inner {
        private final String suffix;

        public Inner(String suffix) {
            this.suffix = suffix;
        }

        public String told() {
            return describe() + suffix;
        }

        public Base outer() {
            return Base.this;
        }
    }
}

package selftest.app;

/** Makes objects and lets go of them. */
public class Objects {
    private Object held;

    public static byte[] make(int size) {
        return new byte[size];
    }

    public static Object give(Object given) {
        return given;
    }

    public Objects keep(Object given) {
        held = given;
        return this;
    }

    public Object held() {
        return held;
    }

    public Object drop() {
        Object was = held;
        held = null;
        return was;
    }
}

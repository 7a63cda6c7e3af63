import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Says for every kind of method and every awkward String whether the very same object came through. */
public class Fidelity implements Greeter {
    static class Holder {
        final String one;
        final Object[] rest;

        Holder(String one, Object... rest) {
            this.one = one;
            this.rest = rest;
        }
    }

    static class Cry extends Exception {
        static int toldOf = 0;

        Cry(String message) {
            super(message);
        }

        @Override
        public String toString() {
            toldOf++;
            return super.toString();
        }
    }

    String instance(String s) {
        return s;
    }

    static String fixed(String s) {
        return s;
    }

    String[] many(String... s) {
        return s;
    }

    String mixed(long a, double b, String s, float c, boolean d, char e, short f, byte g) {
        if (a != Long.MIN_VALUE + 1 || b != 0.1 || c != 0.1f || !d || e != '\ud800' || f != -2 || g != -3) {
            return null;
        }
        return s;
    }

    CharSequence loose(CharSequence s) {
        return s;
    }

    Object anything(Object s) {
        return s;
    }

    final synchronized String locked(String s) {
        return s;
    }

    private String hidden(String s) {
        return s;
    }

    <T> T generic(T s) {
        return s;
    }

    void cry(Cry cry) throws Cry {
        throw cry;
    }

    String overloaded(String s) {
        return s;
    }

    Object overloaded(Object s) {
        return "the wrong one";
    }

    byte[] bytes(byte[] b) {
        return b;
    }

    static boolean z(boolean v) {
        return v;
    }

    static byte b(byte v) {
        return v;
    }

    static char c(char v) {
        return v;
    }

    static short s(short v) {
        return v;
    }

    static int i(int v) {
        return v;
    }

    static long j(long v) {
        return v;
    }

    static float f(float v) {
        return v;
    }

    static double d(double v) {
        return v;
    }

    static void v() {}

    static boolean primitives() {
        v();
        return z(true) && !z(false) && b(Byte.MIN_VALUE) == Byte.MIN_VALUE && c('\uffff') == '\uffff'
            && s(Short.MIN_VALUE) == Short.MIN_VALUE && i(Integer.MIN_VALUE) == Integer.MIN_VALUE
            && j(Long.MIN_VALUE) == Long.MIN_VALUE && j((1L << 53) + 1) == (1L << 53) + 1 && f(0.1f) == 0.1f
            && Float.isNaN(f(Float.NaN)) && d(0.1) == 0.1 && d(-0.0) == 0.0 && 1 / d(-0.0) < 0
            && d(Double.MIN_VALUE) == Double.MIN_VALUE;
    }

    static String shown(String s) {
        return s == null ? "null" : s.length() + ":" + s.hashCode();
    }

    void check(String s) {
        List<String> wrong = new ArrayList<>();
        same(wrong, "instance", s, instance(s));
        same(wrong, "fixed", s, fixed(s));
        same(wrong, "mixed", s, mixed(Long.MIN_VALUE + 1, 0.1, s, 0.1f, true, '\ud800', (short) -2, (byte) -3));
        same(wrong, "loose", s, loose(s));
        same(wrong, "anything", s, anything(s));
        same(wrong, "locked", s, locked(s));
        same(wrong, "hidden", s, hidden(s));
        same(wrong, "generic", s, generic(s));
        same(wrong, "greet", s, greet(s));
        same(wrong, "overloaded", s, overloaded(s));
        String[] array = {s, s};
        same(wrong, "many", array, many(array));
        same(wrong, "many's element", s, many(array)[1]);
        same(wrong, "holder", s, new Holder(s, s, 1).one);
        same(wrong, "holder's rest", s, new Holder(s, s, 1).rest[0]);
        UnaryOperator<String> lambda = this::instance;
        same(wrong, "lambda", s, lambda.apply(s));
        Cry cry = new Cry(s);
        try {
            cry(cry);
            wrong.add("nothing thrown");
        } catch (Cry caught) {
            same(wrong, "cry", cry, caught);
            same(wrong, "cry's message", s, caught.getMessage());
        }
        Out.line(shown(s) + " " + wrong);
    }

    static void same(List<String> wrong, String what, Object given, Object got) {
        if (given != got) {
            wrong.add(what);
        }
    }

    public static void main(String[] args) {
        char[] big = new char[70_000];
        Arrays.fill(big, '\u00e9');
        Fidelity f = new Fidelity();
        for (String s : new String[] {"plain", "", "a\0b", "\ud83d\ude00", "\ud800", "x\udc00y", "\uffff\ufffe", null, new String(big)}) {
            f.check(s);
        }
        byte[] b = new byte[3];
        Out.line("primitives " + primitives());
        Out.line("bytes " + (f.bytes(b) == b));
        Out.line("toString of the app's exception ran " + Cry.toldOf);
    }
}

interface Greeter {
    default String greet(String s) {
        return s;
    }
}

package selftest.app;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import selftest.cases.Seen;

/** Methods of one name: each says which it is. */
public final class Overloads {
    private Overloads() {}

    public static String pick(Map<?, ?> given) {
        return "Map";
    }

    public static String pick(String given) {
        return "String";
    }

    public static String pick(Object given) {
        return "Object";
    }

    public static String number(int given) {
        return "int " + given;
    }

    public static String number(long given) {
        return "long " + given;
    }

    public static String number(short given) {
        return "short " + given;
    }

    public static String number(char given) {
        return "char " + (int) given;
    }

    public static String number(float given) {
        return "float " + given;
    }

    public static String number(double given) {
        return "double " + given;
    }

    public static String number(Integer given) {
        return "Integer " + given;
    }

    public static String number(Object given) {
        return "Object " + (given == null ? "null" : given.getClass().getName());
    }

    public static String group(List<?> given) {
        return "List";
    }

    public static String group(Collection<?> given) {
        return "Collection";
    }

    public static String group(Object... given) {
        return "Object... " + (given == null ? "null" : given.length);
    }

    public static Object anything(Object given) {
        return given;
    }

    public static CharSequence loose(CharSequence given) {
        return given;
    }

    public static String rest(String first, Object... rest) {
        StringBuilder told = new StringBuilder(Seen.text(first));
        for (Object one : rest) {
            told.append(" | ").append(one == null ? "null" : one.getClass().getSimpleName() + " " + one);
        }
        return told.toString();
    }

    public static <T> T generic(T given) {
        return given;
    }

    public static <T extends Comparable<T>> T larger(T one, T other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}

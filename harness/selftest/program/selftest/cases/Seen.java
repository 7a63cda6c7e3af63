package selftest.cases;

import java.util.Arrays;

/** What the app sees, in words: without identity hashes, addresses or times, so that two sound runs say the same. */
public final class Seen {
    private static final int SHOWN = 24;
    private static final String OURS = "selftest.";

    private Seen() {}

    /** Length, hash and, when it is short, the text itself. */
    public static String text(CharSequence given) {
        if (given == null) {
            return "null";
        }
        String text = given.toString();
        String whole = text.length() <= SHOWN ? " \"" + ascii(text) + "\"" : "";
        return text.length() + " units, hash " + text.hashCode() + whole;
    }

    public static String same(Object given, Object got) {
        return given == got ? "same object" : "another object";
    }

    /** Class and message, read without running a method that the class may have overridden. */
    static String thrown(Throwable thrown) {
        String message = thrown instanceof Trap.Exception ? ((Trap.Exception) thrown).told : thrown.getMessage();
        return thrown.getClass().getName() + " " + text(message);
    }

    /** The frames of this program, innermost first, each as often as it stands there. */
    public static String frames(StackTraceElement[] stack) {
        StringBuilder found = new StringBuilder();
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName() + "." + frame.getMethodName();
            if (name.startsWith(OURS) && !name.startsWith("selftest.cases.Cases.")) {
                found.append(found.length() == 0 ? "" : " < ").append(name.substring(OURS.length()));
            }
        }
        return found.toString();
    }

    static String ascii(String text) {
        StringBuilder plain = new StringBuilder();
        for (char unit : text.toCharArray()) {
            if (unit >= ' ' && unit < 127) {
                plain.append(unit);
            } else {
                plain.append(String.format("\\u%04x", (int) unit));
            }
        }
        return plain.toString();
    }

    static String sum(byte[] bytes) {
        return bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
    }
}

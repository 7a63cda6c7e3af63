package selftest.app;

import selftest.cases.Seen;

/** Strings in and out. */
public final class Texts {
    public static final String CONSTANT = "a constant of the app";

    private Texts() {}

    public static String echo(String text) {
        return text;
    }

    /** What arrives. */
    public static String seen(String text) {
        return Seen.text(text);
    }

    public static String withNul() {
        return "a\0b";
    }

    public static String loneLow() {
        return "x\udc00y";
    }

    public static String constant() {
        return CONSTANT;
    }

    public static boolean isConstant(String text) {
        return text == CONSTANT;
    }

    public static String ofBytes(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    public static String all(String... texts) {
        StringBuilder told = new StringBuilder();
        for (String text : texts) {
            told.append('[').append(Seen.text(text)).append(']');
        }
        return told.toString();
    }

    public static String[] pass(String[] texts) {
        return texts;
    }
}

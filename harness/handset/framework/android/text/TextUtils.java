package android.text;

/** Questions about texts. */
public final class TextUtils {
    private TextUtils() {}

    public static boolean isEmpty(CharSequence text) {
        return text == null || text.length() == 0;
    }

    public static boolean equals(CharSequence one, CharSequence other) {
        return one == other || one != null && other != null && one.toString().contentEquals(other);
    }

    public static String join(CharSequence delimiter, Iterable<?> tokens) {
        StringBuilder joined = new StringBuilder();
        for (Object token : tokens) {
            joined.append(joined.isEmpty() ? "" : delimiter).append(token);
        }
        return joined.toString();
    }
}

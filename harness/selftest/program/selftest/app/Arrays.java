package selftest.app;

/** Writes into what it is given. */
public final class Arrays {
    private Arrays() {}

    public static byte[] bytes(byte[] given) {
        given[0] = -1;
        return given;
    }

    public static int read(byte[] into, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            into[i] = (byte) i;
        }
        return length;
    }

    public static char[] chars(char[] given) {
        given[0] = '\ud800';
        return given;
    }

    public static int[] ints(int[] given) {
        given[0] = Integer.MIN_VALUE;
        return given;
    }

    public static long[] longs(long[] given) {
        given[0] = Long.MIN_VALUE + 1;
        return given;
    }

    public static double[] doubles(double[] given) {
        given[0] = -0.0;
        return given;
    }

    public static boolean[] booleans(boolean[] given) {
        given[0] = !given[0];
        return given;
    }

    public static String[] texts(String[] given) {
        given[0] = "x\0\udfff";
        return given;
    }

    public static Object[][] nested(Object[][] given) {
        given[0][0] = given;
        given[1] = new Object[] {"replaced"};
        return given;
    }

    public static byte[] other(byte[] given) {
        return new byte[] {1, 2, 3};
    }

    public static StringBuilder builder(StringBuilder given) {
        return given.append("\0appended\ud800");
    }

    public static Object[] store(Object[] given, Object value) {
        given[0] = value;
        return given;
    }
}

package selftest.app;

/** Every primitive, alone and in numbers that no register file holds. */
public class Numbers {
    public static boolean z(boolean given) {
        return given;
    }

    public static byte b(byte given) {
        return given;
    }

    public static short s(short given) {
        return given;
    }

    public static char c(char given) {
        return given;
    }

    public static int i(int given) {
        return given;
    }

    public static long j(long given) {
        return given;
    }

    public static float f(float given) {
        return given;
    }

    public static double d(double given) {
        return given;
    }

    public static void nothing() {}

    public static String twenty(
            int a, long b, float c, double d, String e, byte f, char g, boolean h, short i, Object j,
            long k, double l, int m, float n, String o, long p, double q, int r, float s, boolean t) {
        return a + " " + b + " " + c + " " + d + " " + e + " " + f + " " + (int) g + " " + h + " " + i + " " + j + " "
            + k + " " + l + " " + m + " " + n + " " + o + " " + p + " " + q + " " + r + " " + s + " " + t;
    }

    public double doubles(
            double a, double b, double c, double d, double e, double f, double g, double h, double i, double j) {
        return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10;
    }

    public static float floats(
            float a, float b, float c, float d, float e, float f, float g, float h, float i, float j) {
        return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10;
    }

    public long longs(long a, long b, long c, long d, long e, long f, long g, long h) {
        return a ^ (b << 1) ^ (c << 2) ^ (d << 3) ^ (e << 4) ^ (f << 5) ^ (g << 6) ^ (h << 7);
    }

    public static String small(byte a, short b, char c, boolean d, byte e, short f, char g, boolean h, byte i) {
        return a + " " + b + " " + (int) c + " " + d + " " + e + " " + f + " " + (int) g + " " + h + " " + i;
    }
}

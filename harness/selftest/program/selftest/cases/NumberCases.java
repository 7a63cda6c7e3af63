package selftest.cases;

import selftest.app.Numbers;

/** Primitives arrive bit by bit, in registers and on the stack. */
final class NumberCases {
    private static final int QUIET = 0x7fc12345;
    private static final int SIGNALLING = 0x7fa00001;
    private static final long LONG_QUIET = 0xfff8_0000_dead_beefL;
    private static final long LONG_SIGNALLING = 0x7ff4_0000_0000_0001L;

    private NumberCases() {}

    static void addTo(Cases cases) {
        cases.add("number: boolean", () -> Numbers.z(true) + " " + Numbers.z(false));
        cases.add("number: byte", () -> {
            return Numbers.b(Byte.MIN_VALUE) + " " + Numbers.b((byte) -1) + " " + Numbers.b(Byte.MAX_VALUE);
        });
        cases.add("number: short", () -> {
            return Numbers.s(Short.MIN_VALUE) + " " + Numbers.s((short) -1) + " " + Numbers.s(Short.MAX_VALUE);
        });
        cases.add("number: char", () -> {
            return (int) Numbers.c('\uffff') + " " + (int) Numbers.c('\ud800') + " " + (int) Numbers.c('\0');
        });
        cases.add("number: int", () -> {
            return Numbers.i(Integer.MIN_VALUE) + " " + Numbers.i(-1) + " " + Numbers.i(Integer.MAX_VALUE);
        });
        cases.add("number: long", () -> {
            return Numbers.j(Long.MIN_VALUE) + " " + Numbers.j(Long.MAX_VALUE) + " " + Numbers.j((1L << 53) + 1) + " "
                + Numbers.j(-1);
        });
        cases.add("number: float", () -> {
            return bits(Numbers.f(0.1f)) + " " + bits(Numbers.f(Float.MIN_VALUE)) + " "
                + bits(Numbers.f(Float.NEGATIVE_INFINITY));
        });
        cases.add("number: double", () -> {
            return bits(Numbers.d(0.1)) + " " + bits(Numbers.d(Double.MIN_VALUE)) + " "
                + bits(Numbers.d(Double.MAX_VALUE));
        });
        cases.add("number: minus zero", () -> bits(Numbers.f(-0.0f)) + " " + bits(Numbers.d(-0.0)));
        cases.add("number: NaN with a payload", () -> {
            return bits(Numbers.f(Float.intBitsToFloat(QUIET))) + " "
                + bits(Numbers.d(Double.longBitsToDouble(LONG_QUIET)));
        });
        cases.add("number: signalling NaN", () -> {
            return bits(Numbers.f(Float.intBitsToFloat(SIGNALLING))) + " "
                + bits(Numbers.d(Double.longBitsToDouble(LONG_SIGNALLING)));
        });
        cases.add("number: void", () -> {
            Numbers.nothing();
            return "done";
        });
        cases.add("number: twenty arguments of every sort", () -> {
            return Numbers.twenty(-1, Long.MIN_VALUE, 0.1f, 0.1, "a", (byte) -1, '\uffff', true, (short) -2, 'j',
                1L << 40, -0.0, Integer.MIN_VALUE, -0.5f, "\0", -1L, 1e300, 7, 1e30f, true);
        });
        cases.add("number: ten doubles", () -> {
            return bits(new Numbers().doubles(0.1, 1.1, 2.1, 3.1, 4.1, 5.1, 6.1, 7.1, 8.1, 9.1));
        });
        cases.add("number: ten floats", () -> {
            return bits(Numbers.floats(0.1f, 1.1f, 2.1f, 3.1f, 4.1f, 5.1f, 6.1f, 7.1f, 8.1f, 9.1f));
        });
        cases.add("number: eight longs and this", () -> {
            return new Numbers().longs(Long.MIN_VALUE, -1, 1L << 40, 4, 5, 6, 7, Long.MAX_VALUE);
        });
        cases.add("number: small ones on the stack", () -> {
            return Numbers.small((byte) -1, (short) -1, '\uffff', true, (byte) -128, (short) -32768, '\ud800', false,
                (byte) -2);
        });
    }

    private static String bits(float value) {
        return Integer.toHexString(Float.floatToRawIntBits(value));
    }

    private static String bits(double value) {
        return Long.toHexString(Double.doubleToRawLongBits(value));
    }
}

package selftest.cases;

import selftest.app.Arrays;

/** Arrays and builders are the app's own: what the callee writes is there afterwards. */
final class ArrayCases {
    private ArrayCases() {}

    static void addTo(Cases cases) {
        cases.add("array: byte[] written", () -> {
            byte[] given = {1, 2};
            return Seen.same(given, Arrays.bytes(given)) + " " + java.util.Arrays.toString(given);
        });
        cases.add("array: read(byte[], int, int)", () -> {
            byte[] given = new byte[300];
            return Arrays.read(given, 3, 290) + " " + Seen.sum(given);
        });
        cases.add("array: char[] written", () -> {
            char[] given = {'a', 'b'};
            return Seen.same(given, Arrays.chars(given)) + " " + Seen.text(new String(given));
        });
        cases.add("array: int[] written", () -> {
            int[] given = {1};
            return Seen.same(given, Arrays.ints(given)) + " " + given[0];
        });
        cases.add("array: long[] written", () -> {
            long[] given = {1};
            return Seen.same(given, Arrays.longs(given)) + " " + given[0];
        });
        cases.add("array: double[] and boolean[] written", () -> {
            double[] given = {1};
            boolean[] flags = {false};
            return Seen.same(given, Arrays.doubles(given)) + " " + given[0] + " "
                + Arrays.booleans(flags)[0] + flags[0];
        });
        cases.add("array: String[] written", () -> {
            String[] given = {"a", "b"};
            return Seen.same(given, Arrays.texts(given)) + " " + Seen.text(given[0]);
        });
        cases.add("array: Object[][] written, a cycle made", () -> {
            Object[][] given = {{"a"}, {"b"}};
            Object[][] got = Arrays.nested(given);
            return Seen.same(given, got) + ", " + Seen.same(given, given[0][0]) + ", " + given[1][0];
        });
        cases.add("array: another one returned", () -> {
            byte[] given = {9};
            return Seen.same(given, Arrays.other(given)) + " " + Arrays.other(given).length;
        });
        cases.add("array: a store that the VM refuses", () -> Arrays.store(new Integer[1], "text"));
        cases.add("array: empty", () -> Arrays.read(new byte[0], 0, 0));
        cases.add("array: none (null)", () -> {
            try {
                return Arrays.bytes(null).length;
            } catch (NullPointerException thrown) {
                return thrown.getClass().getName();
            }
        });
        cases.add("array: StringBuilder appended to", () -> {
            StringBuilder given = new StringBuilder("given");
            return Seen.same(given, Arrays.builder(given)) + " " + Seen.text(given);
        });
    }

    /** HotSpot makes this message when it is asked for, from the byte code of the frame that threw. */
    static void addLimits(Cases cases) {
        cases.add("limit: message of the VM's own NullPointerException", () -> Arrays.bytes(null));
    }
}

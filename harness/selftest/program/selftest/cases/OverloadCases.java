package selftest.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import selftest.app.Overloads;

/** The overload that the compiler chose runs, whatever the value looks like. */
final class OverloadCases {
    private OverloadCases() {}

    static void addTo(Cases cases) {
        cases.add("overload: null for Map or String", () -> {
            return Overloads.pick((Map<?, ?>) null) + " " + Overloads.pick((String) null) + " "
                + Overloads.pick((Object) null);
        });
        cases.add("overload: a String as Object", () -> Overloads.pick((Object) "x") + " " + Overloads.pick("x"));
        cases.add("overload: a Map as Object", OverloadCases::mapAsObject);
        cases.add("overload: seven sorts of number", () -> {
            return Overloads.number(1) + ", " + Overloads.number(1L) + ", " + Overloads.number((short) 1) + ", "
                + Overloads.number('1') + ", " + Overloads.number(1f) + ", " + Overloads.number(1.0) + ", "
                + Overloads.number(Integer.valueOf(1));
        });
        cases.add("overload: boxed numbers as Object", () -> {
            return Overloads.number((Object) 1) + ", " + Overloads.number((Object) 1L) + ", "
                + Overloads.number((Object) null);
        });
        cases.add("overload: List, Collection or Object...", OverloadCases::groups);
        cases.add("overload: null as the array of Object...", () -> Overloads.group((Object[]) null));
        cases.add("value: Object-typed keeps identity", () -> {
            Object given = new Object();
            return Seen.same(given, Overloads.anything(given)) + ", " + Seen.same("x", Overloads.anything("x"));
        });
        cases.add("value: boxed Integer keeps identity", () -> {
            Integer given = new Integer(100_000);
            return Seen.same(given, Overloads.anything(given));
        });
        cases.add("value: CharSequence of three sorts", OverloadCases::loose);
        cases.add("value: String, Object... of every sort", () -> {
            return Overloads.rest("a\0b", 1, 2L, 'c', 0.5f, 0.25, true, null, "\ud800", (byte) -1);
        });
        cases.add("value: the array of Object... is written through", () -> {
            Object[] given = {"a", 1};
            return Seen.same(given, Overloads.anything(given)) + " " + Overloads.rest("r", given);
        });
        cases.add("value: generic method", () -> {
            StringBuilder given = new StringBuilder("g");
            return Seen.same(given, Overloads.generic(given)) + ", " + Seen.same("\ud800", Overloads.generic("\ud800"));
        });
        cases.add("value: bounded generic method", () -> Overloads.larger("a", "b") + Overloads.larger(3, 2));
    }

    private static String mapAsObject() {
        Map<String, String> map = new HashMap<>();
        return Overloads.pick((Object) map) + " " + Overloads.pick(map);
    }

    private static String groups() {
        List<String> list = new ArrayList<>(Arrays.asList("a", "b"));
        Collection<String> same = list;
        return Overloads.group(list) + ", " + Overloads.group(same) + ", " + Overloads.group((Object) list) + ", "
            + Overloads.group("a", "b") + ", " + Overloads.group();
    }

    private static String loose() {
        StringBuilder builder = new StringBuilder("b");
        CharSequence trap = new Trap.Text();
        String seen = Seen.same("s", Overloads.loose("s")) + ", " + Seen.same(builder, Overloads.loose(builder)) + ", "
            + Seen.same(trap, Overloads.loose(trap));
        return seen + ", " + Trap.takeCalls() + " calls of its methods";
    }
}

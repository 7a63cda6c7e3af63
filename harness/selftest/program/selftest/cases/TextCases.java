package selftest.cases;

import java.util.Arrays;
import selftest.app.Texts;

/** Strings arrive as they were given, unit by unit, and as the same objects. */
final class TextCases {
    private static final String HIGH = "\ud800";
    private static final String EMOJI = "smile \ud83d\ude00!";

    private TextCases() {}

    static void addTo(Cases cases) {
        text(cases, "text: plain", "plain");
        text(cases, "text: NUL inside", "before\0after");
        text(cases, "text: NUL alone", "\0");
        text(cases, "text: lone high surrogate", HIGH);
        text(cases, "text: lone low surrogate", "x\udc00y");
        text(cases, "text: surrogates in the wrong order", "\ude00\ud83d");
        text(cases, "text: emoji", EMOJI);
        text(cases, "text: FFFF and FFFE", "\uffff\ufffe");
        text(cases, "text: empty", "");
        text(cases, "text: null", null);
        text(cases, "text: 70,000 units", big());
        cases.add("text: NUL in what is returned", () -> Seen.text(Texts.withNul()));
        cases.add("text: lone surrogate in what is returned", () -> Seen.text(Texts.loneLow()));
        cases.add("text: an argument == a constant", () -> Texts.isConstant(Texts.CONSTANT));
        cases.add("text: what is returned == a constant", () -> Texts.constant() == Texts.CONSTANT);
        cases.add("text: a copy stays != the constant", () -> Texts.isConstant(new String(Texts.CONSTANT)));
        cases.add("text: interned identity", () -> Texts.echo("interned") == "inter".concat("ned").intern());
        cases.add("text: bytes to text", () -> Seen.text(Texts.ofBytes(new byte[] {0, 65, (byte) 0xff})));
        cases.add("text: elements of String...", () -> Texts.all("a\0b", HIGH, null, "", EMOJI));
        cases.add("text: no elements of String...", () -> "<" + Texts.all() + ">");
        cases.add("text: a String[] and its elements keep identity", TextCases::array);
    }

    private static void text(Cases cases, String name, String given) {
        cases.add(name, () -> {
            String got = Texts.echo(given);
            return "callee " + Texts.seen(given) + "; caller " + Seen.text(got) + "; " + Seen.same(given, got);
        });
    }

    private static String array() {
        String[] given = {HIGH, "b", null};
        String[] before = given.clone();
        String[] got = Texts.pass(given);
        boolean elements = got[0] == before[0] && got[1] == before[1] && got[2] == null;
        return Seen.same(given, got) + ", elements " + elements;
    }

    private static String big() {
        char[] units = new char[70_000];
        Arrays.fill(units, '\u00e9');
        units[69_999] = '\ud83d';
        return new String(units);
    }
}

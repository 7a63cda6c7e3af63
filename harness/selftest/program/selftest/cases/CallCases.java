package selftest.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import selftest.app.Base;
import selftest.app.Choices;
import selftest.app.Greeter;
import selftest.app.Leaf;
import selftest.app.Makers;
import selftest.app.Middle;

/** The method that Java's rules choose runs: overridden, super, inherited, nested, anonymous. */
final class CallCases {
    private CallCases() {}

    static void addTo(Cases cases) {
        cases.add("call: overridden, through the base type", () -> {
            Base[] some = {new Base("b"), new Middle("m"), new Leaf("l")};
            return some[0].describe() + "; " + some[1].describe() + "; " + some[2].describe();
        });
        cases.add("call: interface, default method, overridden default", () -> {
            Greeter[] some = {new Base("b"), new Leaf("l"), Greeter.of("made")};
            return some[0].greet("x\0y") + "; " + some[1].greet("y") + "; " + some[2].greet("z") + "; "
                + some[2].name();
        });
        cases.add("call: covariant return and its bridge", () -> {
            Leaf leaf = new Leaf("l");
            Base asBase = leaf;
            return Seen.same(leaf, leaf.self()) + ", " + Seen.same(leaf, asBase.self());
        });
        cases.add("call: generic bridge (Comparable)", CallCases::sorted);
        cases.add("call: private and final", () -> new Base("p").throughHidden("\ud800"));
        cases.add("call: clone", CallCases::cloned);
        cases.add("construct: this(...) three deep", () -> logged(Base::new));
        cases.add("construct: super(...) and an overridden method before the fields", () -> {
            return logged(() -> new Leaf("l"));
        });
        cases.add("construct: static nested with Object...", () -> {
            String given = "kept \ud800";
            Log.take();
            Base.Nested nested = new Base.Nested(given, 1, "two", null);
            return Seen.same(given, nested.kept()) + ", " + Log.take();
        });
        cases.add("construct: inner with its outer object", () -> {
            Base base = new Base("o");
            Base.Inner inner = base.new Inner("\0");
            return Seen.same(base, inner.outer()) + ", " + Seen.text(inner.told());
        });
        cases.add("construct: anonymous", () -> {
            Callable<String> made = new Makers("m ").anonymous("given\0");
            return Seen.text(made.call()) + " " + made.getClass().getName();
        });
        cases.add("call: lambdas and method references", () -> {
            Makers makers = new Makers("m");
            return makers.lambda("x").get() + " " + Makers.length().apply("a\0c") + " "
                + makers.twice(makers::marked, "y");
        });
        cases.add("switch: enum", () -> Choices.byEnum(TimeUnit.SECONDS) + Choices.byEnum(TimeUnit.HOURS));
        cases.add("switch: String", () -> {
            return Choices.byText("Aa") + ", " + Choices.byText("BB") + ", " + Choices.byText("\ud800") + ", "
                + Choices.byText("A\0");
        });
        cases.add("switch: char", () -> {
            return Choices.byChar('\uffff') + " " + Choices.byChar('\0') + " " + Choices.byChar('0');
        });
    }

    private static String logged(Supplier<Base> maker) {
        Log.take();
        Base made = maker.get();
        return Log.take() + " -> " + made.describe();
    }

    private static String sorted() {
        List<Leaf> leaves = new ArrayList<>(Arrays.asList(new Leaf("c"), new Leaf("a"), new Leaf("b")));
        Collections.sort(leaves);
        StringBuilder names = new StringBuilder();
        for (Leaf leaf : leaves) {
            names.append(leaf.name());
        }
        return names.toString();
    }

    private static String cloned() throws CloneNotSupportedException {
        Base base = new Base("c");
        Base copy = base.clone();
        return Seen.same(base, copy) + " " + copy.describe() + " " + Seen.same(base.name(), copy.name());
    }
}

package org.example;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import org.example.deep.Base;
import org.example.deep.Loud;

/** Says the same before and after it was renamed: one line for each thing that renaming could break. */
public final class Main {
    private static int made;
    private int count = 40;

    enum Colour {
        RED {
            @Override
            String tone() {
                return "warm";
            }
        },
        BLUE;

        String tone() {
            return "cold";
        }
    }

    record Pair(String left, int right) {}

    interface Twice<T> {
        T twice(T value);

        default T four(T value) {
            return twice(twice(value));
        }
    }

    /** Overrides of what lies outside must keep their names. */
    static final class Thing implements Comparable<Thing>, Callable<String> {
        final int size;

        Thing(int size) {
            this.size = size;
            made++;
        }

        @Override
        public int compareTo(Thing other) {
            return Integer.compare(size, other.size);
        }

        @Override
        public String call() {
            return "called " + size;
        }

        @Override
        public String toString() {
            return "thing " + size;
        }
    }

    /** Its {@code aside} is its own: it cannot see the one of another package. */
    static final class Other extends Base {
        String aside() {
            return "other";
        }
    }

    /** Sees the private members of the class around it. */
    private final class Inner {
        int next() {
            return ++count + secret();
        }
    }

    private int secret() {
        return 1;
    }

    private static String neverCalled() {
        return "nobody asks";
    }

    static String add(String one) {
        return add(one, "!");
    }

    static String add(String one, String two) {
        return one + two;
    }

    static int add(int one, int two) {
        return one + two;
    }

    public static void main(String[] args) throws Exception {
        say(Colour.valueOf("RED").tone() + " " + Colour.BLUE.tone() + " " + Colour.values().length);
        say(switch (Colour.BLUE) {
            case RED -> "red";
            case BLUE -> "blue";
        });
        say(new Pair("a", 1).equals(new Pair("a", 1)) + " " + new Pair("b", 2).right());
        Twice<String> twice = text -> text + text;
        say(twice.four("x"));
        List<Thing> things = new ArrayList<>(List.of(new Thing(2), new Thing(1)));
        things.sort(Comparator.naturalOrder());
        say(things + " " + things.get(0).call() + " " + made);
        say(String.valueOf(new Main().new Inner().next()));
        say(add("inlined") + add(1, 2) + add("a", "b"));
        Base base = new Loud();
        say(base.name() + " " + base.shout() + " " + ((IntSupplier) base).getAsInt() + " " + ((Loud) base).quietly());
        say(new Other().shout() + " " + new Other().aside());
        say(((Base) Class.forName("org.example.deep.Hidden").getDeclaredConstructor().newInstance()).name());
        Map<String, Integer> counted = new TreeMap<>();
        "abca".chars().forEach(letter -> counted.merge(String.valueOf((char) letter), 1, Integer::sum));
        say(counted.toString());
    }

    private static void say(String line) {
        System.out.println(line);
    }
}

package selftest.cases;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import selftest.app.Overloads;
import selftest.app.Readers;

/** Nothing that can be read once is read, no method of the app's containers runs, no order is disturbed. */
final class ContainerCases {
    private static final List<String> THREE = Collections.unmodifiableList(Arrays.asList("a", "b", "c"));

    private ContainerCases() {}

    static void addTo(Cases cases) {
        cases.add("once: Iterator", () -> left(Readers.iterator(new ArrayList<>(THREE).iterator())));
        cases.add("once: Iterator, begun", () -> {
            Iterator<String> given = new ArrayList<>(THREE).iterator();
            given.next();
            return left(Readers.iterator(given));
        });
        cases.add("once: ListIterator", () -> {
            ListIterator<String> got = Readers.listIterator(new ArrayList<>(THREE).listIterator(1));
            return "at " + got.nextIndex() + ", " + left(got);
        });
        cases.add("once: Enumeration", () -> {
            Enumeration<String> got = Readers.enumeration(Collections.enumeration(THREE));
            return left(Collections.list(got).iterator());
        });
        cases.add("once: Stream", () -> Readers.stream(new ArrayList<>(THREE).stream()).count() + " left");
        cases.add("once: Stream that counts what is drawn", ContainerCases::drawn);
        cases.add("once: InputStream", () -> {
            InputStream got = Readers.input(new ByteArrayInputStream(new byte[] {1, 2, 3}));
            return got.available() + " left, first " + got.read();
        });
        cases.add("once: InputStream that fails when read", () -> Readers.input(refusing()).getClass() != null);
        cases.add("once: Reader", () -> {
            Reader got = Readers.reader(new StringReader("ab"));
            return got.read() + " " + got.read() + " " + got.read();
        });
        cases.add("once: ByteBuffer", ContainerCases::buffer);
        cases.add("once: Supplier", () -> {
            int[] asked = {0};
            Supplier<String> given = () -> "asked " + ++asked[0];
            return Seen.same(given, Readers.supplier(given)) + ", " + asked[0] + " before, " + given.get();
        });
        cases.add("trap: Map of the app (extends HashMap)", () -> trapped(table()));
        cases.add("trap: Map of the app (extends AbstractMap)", () -> trapped(new Trap.Computed()));
        cases.add("trap: platform Map with the app's objects in it", ContainerCases::trapsInside);
        cases.add("trap: List of the app", () -> {
            Trap.Sequence given = new Trap.Sequence();
            given.add("a");
            Trap.takeCalls();
            return Seen.same(given, Readers.list(given)) + ", " + Trap.takeCalls() + " calls of its methods";
        });
        cases.add("trap: Iterable of the app", () -> {
            Object given = Readers.iterable(new Trap.Once());
            return given.getClass().getSimpleName() + ", " + Trap.takeCalls() + " calls of its methods";
        });
        cases.add("trap: equals, hashCode, toString, compareTo", () -> {
            Object given = new Trap.Plain();
            Object got = Overloads.anything(given);
            return Seen.same(given, got) + ", " + Trap.takeCalls() + " calls of its methods";
        });
        cases.add("order: LinkedHashMap in order of access", ContainerCases::byAccess);
        cases.add("container: changed by the callee", ContainerCases::changed);
        cases.add("container: Map with null key and itself as a value", ContainerCases::itself);
        cases.add("container: iterated by the caller meanwhile", ContainerCases::meanwhile);
    }

    private static String left(Iterator<String> iterator) {
        int count = 0;
        while (iterator.hasNext()) {
            iterator.next();
            count++;
        }
        return count + " left";
    }

    private static String drawn() {
        int[] drawn = {0};
        Stream<String> given = new ArrayList<>(THREE).stream().peek(one -> drawn[0]++);
        Stream<String> got = Readers.stream(given);
        return drawn[0] + " drawn before, " + got.toArray().length + " left, " + drawn[0] + " drawn";
    }

    private static InputStream refusing() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("read");
            }

            @Override
            public int available() {
                throw new IllegalStateException("available");
            }
        };
    }

    private static String buffer() {
        ByteBuffer given = ByteBuffer.allocate(10);
        given.putInt(7).mark();
        ByteBuffer got = Readers.buffer(given);
        return Seen.same(given, got) + ", position " + got.position() + ", limit " + got.limit() + ", mark "
            + got.put((byte) 1).reset().position();
    }

    private static Map<String, Object> table() {
        Map<String, Object> map = new Trap.Table();
        map.put("key", "value");
        return map;
    }

    private static String trapped(Map<?, ?> given) {
        Trap.takeCalls();
        Map<?, ?> got = Readers.map(given);
        return Seen.same(given, got) + ", " + Trap.takeCalls() + " calls of its methods";
    }

    private static String trapsInside() {
        Map<Object, Object> map = new HashMap<>();
        map.put(new Trap.Plain(), new Trap.Plain());
        map.put("table", table());
        map.put("text", new Trap.Text());
        return trapped(map);
    }

    private static String byAccess() {
        Map<String, String> map = new LinkedHashMap<>(8, 0.75f, true);
        for (String key : THREE) {
            map.put(key, key);
        }
        map.get("a");
        Readers.map(map);
        return String.join("", map.keySet());
    }

    private static String changed() {
        Map<String, String> map = new HashMap<>();
        map.put("gone", "x");
        map.put("kept", "y");
        Readers.remove(map, "gone");
        return map.size() + " " + map.get("gone") + " " + map.get("kept") + " " + Seen.text(map.get("put"));
    }

    private static String itself() {
        Map<Object, Object> map = new HashMap<>();
        map.put(null, map);
        map.put("list", new ArrayList<Object>(Collections.singletonList(map)));
        return Seen.same(map, Readers.map(map)) + ", " + map.size() + " entries, " + Seen.same(map, map.get(null));
    }

    private static String meanwhile() {
        List<String> list = new ArrayList<>(THREE);
        StringBuilder seen = new StringBuilder();
        for (String one : list) {
            seen.append(one).append(Readers.list(list).size());
        }
        return seen.toString();
    }
}

import android.os.Bundle;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.json.JSONObject;

/** Gives one value of each sort to `take`. Trap methods say so in the output: the agent must never call them. */
public class Values {
    enum Colour { RED }

    static class Trap implements CharSequence {
        final String secret = "inside";

        @Override
        public String toString() {
            Out.line("TRAP toString");
            return "trap";
        }

        @Override
        public int hashCode() {
            Out.line("TRAP hashCode");
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            Out.line("TRAP equals");
            return false;
        }

        @Override
        public int length() {
            Out.line("TRAP length");
            return 1;
        }

        @Override
        public char charAt(int index) {
            Out.line("TRAP charAt");
            return 'x';
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return this;
        }
    }

    static class TrapMap extends HashMap<String, Object> {
        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            Out.line("TRAP entrySet");
            return super.entrySet();
        }
    }

    static class OwnMap extends AbstractMap<String, Object> {
        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            Out.line("TRAP own entrySet");
            return Set.of();
        }
    }

    static class TrapList extends ArrayList<String> {
        @Override
        public int size() {
            Out.line("TRAP size");
            return super.size();
        }
    }

    static class TrapException extends RuntimeException {
        TrapException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            Out.line("TRAP getMessage");
            return super.getMessage();
        }
    }

    static void take(String name, Object value) {}

    static byte[] write(byte[] bytes, int offset, int length) {
        bytes[offset] = 'X';
        return bytes;
    }

    static Map<String, Object> trapMap() {
        Map<String, Object> map = new TrapMap();
        map.put("k", 1);
        return map;
    }

    public static void main(String[] args) throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a\0\ud800");
        map.put("none", null);
        map.put("list", Arrays.asList(1, 2L, (short) 3, (byte) 4, 'c', true, 0.5f, Double.NaN));
        map.put("inner", Collections.singletonMap("deep", List.of("x")));
        take("map", map);
        take("unmodifiable", Collections.unmodifiableMap(map));
        take("unmodifiable trap", Collections.unmodifiableMap(new OwnMap()));
        take("trap map", trapMap());
        take("own map", new OwnMap());
        List<String> list = new TrapList();
        list.add("in a trap");
        take("trap list", list);
        take("set", new TreeSet<>(List.of("b", "a")));
        take("trap", new Trap());
        take("trap in list", Arrays.asList(new Trap()));
        take("exception", new TrapException("told"));
        take("json", new JSONObject("{\"a\":1}"));
        Bundle bundle = new Bundle();
        bundle.put("n", 1);
        bundle.put("b", new byte[] {1, 2});
        take("bundle", bundle);
        take("bytes", new byte[] {0, -1});
        take("ints", new int[] {1, -1});
        take("longs", new long[] {Long.MIN_VALUE});
        take("chars", new char[] {'a', '\ud800'});
        take("strings", new String[] {"a", null});
        take("nested array", new int[][] {{1}, {}});
        take("builder", new StringBuilder("built"));
        take("url", new URL("https://example.com/p?q=1"));
        take("uuid", UUID.fromString("00000000-0000-0001-0000-000000000002"));
        take("enum", Colour.RED);
        ByteArrayOutputStream stream = new ByteArrayOutputStream(100);
        stream.write(new byte[] {7, 8});
        take("stream", stream);
        take("stream after", stream.toByteArray());
        Object[] cycle = new Object[1];
        cycle[0] = cycle;
        take("cycle", cycle);
        Object deep = "end";
        for (int i = 0; i < 12; i++) {
            deep = Collections.singletonList(deep);
        }
        take("deep", deep);
        List<Integer> wide = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            wide.add(i);
        }
        take("wide", wide);
        write("abcdef".getBytes("US-ASCII"), 2, 3);
        Out.line("done");
    }
}

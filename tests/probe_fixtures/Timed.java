import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says how long a call of one of its methods takes: for the bench, hooked in different ways. */
public class Timed {
    private static final int DEPTH = 12; // frames below the call, besides those of main

    private static final int BURSTS = 4; // after one that warms up
    private static final int PAUSE_MS = 300; // in which whoever listens gets through what was said

    static volatile int sink;

    static void tick(String text) {
        sink += text.length();
    }

    static void map(String name, Map<String, Object> values) {
        sink += values.size();
    }

    static void bytes(byte[] content) {
        sink += content[0];
    }

    static void deep(String text) {
        sink += text.length();
    }

    public static void main(String[] args) throws Exception {
        int calls = Integer.parseInt(args[0]);
        String what = args[1];
        if (args.length > 2) {
            Out.line("ready");
            while (!Files.exists(Path.of(args[2]))) {
                Thread.sleep(10);
            }
        }
        int depth = what.startsWith("deep") ? DEPTH : 0;
        below(depth, what, calls);
        long took = 0;
        for (int i = 0; i < BURSTS; i++) {
            Thread.sleep(PAUSE_MS);
            long began = System.nanoTime();
            below(depth, what, calls);
            took += System.nanoTime() - began;
        }
        Out.line("ns " + took / calls / BURSTS);
    }

    static void below(int depth, String what, int calls) {
        if (depth > 0) {
            below(depth - 1, what, calls);
            return;
        }
        switch (what) {
            case "tick" -> ticks(calls);
            case "map", "deepmap" -> maps(calls);
            case "bytes" -> contents(calls);
            case "deep" -> deeps(calls);
            default -> throw new IllegalArgumentException(what);
        }
    }

    static void ticks(int calls) {
        for (int i = 0; i < calls; i++) {
            tick("a measured text of 24 ch");
        }
    }

    static void maps(int calls) {
        Map<String, Object> values = values();
        for (int i = 0; i < calls; i++) {
            values.put("count", i);
            map("event", values);
        }
    }

    /** No two alike, so that none is known already. */
    static void contents(int calls) {
        byte[] content = new byte[1024];
        for (int i = 0; i < calls; i++) {
            content[i % 1024]++;
            bytes(content);
        }
    }

    static void deeps(int calls) {
        for (int i = 0; i < calls; i++) {
            deep("a measured text of 24 ch");
        }
    }

    /** 24 entries, a map in it and a list: 1.8 KB as JSON. */
    static Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < 22; i++) {
            values.put("property_number_" + i, "the value of this property, some fifty letters " + i);
        }
        Map<String, Object> inner = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            inner.put("inner_" + i, i % 2 == 0 ? "text " + i : (Object) (i * 1.5));
        }
        values.put("inner", inner);
        values.put("list", new ArrayList<>(List.of("one", "two", 3, 4L, true)));
        return values;
    }
}

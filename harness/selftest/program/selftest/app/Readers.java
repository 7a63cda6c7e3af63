package selftest.app;

import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Takes things that can be read once, and leaves them alone. */
public final class Readers {
    private Readers() {}

    public static Iterator<String> iterator(Iterator<String> given) {
        return given;
    }

    public static ListIterator<String> listIterator(ListIterator<String> given) {
        return given;
    }

    public static Enumeration<String> enumeration(Enumeration<String> given) {
        return given;
    }

    public static Stream<String> stream(Stream<String> given) {
        return given;
    }

    public static InputStream input(InputStream given) {
        return given;
    }

    public static Reader reader(Reader given) {
        return given;
    }

    public static ByteBuffer buffer(ByteBuffer given) {
        return given;
    }

    public static Map<?, ?> map(Map<?, ?> given) {
        return given;
    }

    public static List<?> list(List<?> given) {
        return given;
    }

    public static Iterable<?> iterable(Iterable<?> given) {
        return given;
    }

    public static Supplier<String> supplier(Supplier<String> given) {
        return given;
    }

    /** Changes the map while its caller holds on to it. */
    public static void remove(Map<String, String> from, String key) {
        from.remove(key);
        from.put("put", "\0");
    }
}

package selftest.cases;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Objects of the app that count every call of their methods: a harness that reads them must not make one. */
final class Trap {
    static int calls = 0;

    private Trap() {}

    static int takeCalls() {
        int made = calls;
        calls = 0;
        return made;
    }

    static class Plain implements Comparable<Plain> {
        final String secret = "inside";

        @Override
        public String toString() {
            calls++;
            return "trap";
        }

        @Override
        public int hashCode() {
            calls++;
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            calls++;
            return this == other;
        }

        @Override
        public int compareTo(Plain other) {
            calls++;
            return 0;
        }
    }

    static class Text implements CharSequence {
        @Override
        public int length() {
            calls++;
            return 1;
        }

        @Override
        public char charAt(int index) {
            calls++;
            return 'x';
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            calls++;
            return this;
        }

        @Override
        public String toString() {
            calls++;
            return "x";
        }
    }

    /** A map that inherits its storage from the platform's. */
    static class Table extends HashMap<String, Object> {
        @Override
        public Object get(Object key) {
            calls++;
            return super.get(key);
        }

        @Override
        public int size() {
            calls++;
            return super.size();
        }

        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            calls++;
            return super.entrySet();
        }

        @Override
        public Set<String> keySet() {
            calls++;
            return super.keySet();
        }

        @Override
        public String toString() {
            calls++;
            return "table";
        }
    }

    /** A map that has nothing of the platform's but the interface. */
    static class Computed extends AbstractMap<String, Object> {
        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            calls++;
            return Collections.emptySet();
        }
    }

    static class Sequence extends ArrayList<String> {
        @Override
        public int size() {
            calls++;
            return super.size();
        }

        @Override
        public String get(int index) {
            calls++;
            return super.get(index);
        }

        @Override
        public Iterator<String> iterator() {
            calls++;
            return super.iterator();
        }

        @Override
        public Object[] toArray() {
            calls++;
            return super.toArray();
        }
    }

    static class Once implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            calls++;
            List<String> none = Collections.emptyList();
            return none.iterator();
        }
    }

    static class Exception extends RuntimeException {
        final String told;

        Exception(String told) {
            super(told);
            this.told = told;
        }

        @Override
        public String getMessage() {
            calls++;
            return "message no " + calls;
        }

        @Override
        public String getLocalizedMessage() {
            calls++;
            return "localized";
        }

        @Override
        public String toString() {
            calls++;
            return "text";
        }

        @Override
        public synchronized Throwable getCause() {
            calls++;
            return null;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            calls++;
            return super.getStackTrace();
        }
    }
}

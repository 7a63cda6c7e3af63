package com.google.firebase.encoders.json;

import java.util.Map;

/** JSON without org.json: Firebase brings its own encoder, so a hook on org.json never sees its reports. */
public final class JsonDataEncoder {
    /** Text that is JSON already. */
    public record Raw(String json) {}

    private final StringBuilder out = new StringBuilder();

    private JsonDataEncoder() {}

    public static String encode(Object value) {
        JsonDataEncoder encoder = new JsonDataEncoder();
        encoder.add(value);
        return encoder.out.toString();
    }

    private void add(Object value) {
        if (value instanceof Map<?, ?> map) {
            String before = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (entry.getValue() != null) {
                    out.append(before);
                    quote(entry.getKey().toString());
                    out.append(':');
                    add(entry.getValue());
                    before = ",";
                }
            }
            out.append("{".equals(before) ? "{}" : "}");
        } else if (value instanceof Iterable<?> items) {
            String before = "";
            out.append('[');
            for (Object item : items) {
                out.append(before);
                add(item);
                before = ",";
            }
            out.append(']');
        } else if (value instanceof Raw raw) {
            out.append(raw.json());
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(value.toString());
        }
    }

    private void quote(String text) {
        out.append('"');
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> out.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        out.append('"');
    }
}

package android.app;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Android's format of shared_prefs files, read and written without an XML library (which would cost start-up time). */
final class PreferencesXml {
    private static final Pattern ENTRY = Pattern.compile(
            "<(string|int|long|float|boolean) name=\"([^\"]*)\"(?: value=\"([^\"]*)\" />|>([^<]*)</string>)"
                    + "|<set name=\"([^\"]*)\">(.*?)</set>",
            Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("<string>([^<]*)</string>");

    private PreferencesXml() {}

    static Map<String, Object> read(String xml) {
        Map<String, Object> values = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(xml);
        while (entry.find()) {
            if (entry.group(1) == null) {
                values.put(unescape(entry.group(5)), members(entry.group(6)));
            } else {
                String text = entry.group(3) == null ? entry.group(4) : entry.group(3);
                values.put(unescape(entry.group(2)), value(entry.group(1), unescape(text)));
            }
        }
        return values;
    }

    private static Object value(String type, String text) {
        switch (type) {
            case "int":
                return Integer.valueOf(text);
            case "long":
                return Long.valueOf(text);
            case "float":
                return Float.valueOf(text);
            case "boolean":
                return Boolean.valueOf(text);
            default:
                return text;
        }
    }

    private static Set<String> members(String xml) {
        Set<String> members = new LinkedHashSet<>();
        Matcher member = MEMBER.matcher(xml);
        while (member.find()) {
            members.add(unescape(member.group(1)));
        }
        return members;
    }

    static String write(Map<String, Object> values) {
        StringBuilder out = new StringBuilder("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n");
        values.forEach((name, value) -> {
            String key = " name=\"" + escape(name) + "\"";
            if (value instanceof Set<?> set) {
                out.append("    <set").append(key).append(">\n");
                set.forEach(item -> out.append("        <string>").append(escape(item.toString())).append("</string>\n"));
                out.append("    </set>\n");
            } else if (value instanceof String text) {
                out.append("    <string").append(key).append('>').append(escape(text)).append("</string>\n");
            } else {
                String type = value instanceof Integer ? "int" : value.getClass().getSimpleName().toLowerCase();
                out.append("    <").append(type).append(key).append(" value=\"").append(value).append("\" />\n");
            }
        });
        return out.append("</map>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static String unescape(String text) {
        return text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
    }
}

package harness.minify;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.Opcodes;

/**
 * What keeps its name. One rule a line: a class name, in which {@code *} is anything within a package and {@code **} anything;
 * behind it, optionally, the members that stay as well: <code>{ *; }</code>, <code>{ public *; }</code> or
 * <code>{ name; other; }</code>. Without braces only the class's own name stays.
 */
final class Rules {
    private static final Pattern RULE = Pattern.compile("([^\\s{]+)\\s*(?:\\{([^}]*)})?");

    private record Rule(Pattern type, boolean all, boolean allPublic, Set<String> names) {}

    private final List<Rule> rules = new ArrayList<>();

    Rules(List<String> lines) {
        for (String line : lines) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                rules.add(parsed(text));
            }
        }
    }

    private static Rule parsed(String text) {
        Matcher found = RULE.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("no rule: " + text);
        }
        String members = found.group(2) == null ? "" : found.group(2);
        List<String> names = List.of(members.strip().split("\\s*;\\s*"));
        StringBuilder type = new StringBuilder();
        for (String part : found.group(1).split("(?<=\\*)(?!\\*)|(?<!\\*)(?=\\*)")) {
            type.append(part.equals("**") ? ".*" : part.equals("*") ? "[^.]*" : Pattern.quote(part));
        }
        boolean all = names.contains("*");
        return new Rule(Pattern.compile(type.toString()), all, names.contains("public *"), Set.copyOf(names));
    }

    boolean keepsClass(String internalName) {
        String name = internalName.replace('/', '.');
        return rules.stream().anyMatch(rule -> rule.type.matcher(name).matches());
    }

    boolean keepsMember(String owner, String name, int access) {
        String type = owner.replace('/', '.');
        boolean open = (access & Opcodes.ACC_PUBLIC) != 0;
        return rules.stream()
                .filter(rule -> rule.all || rule.allPublic && open || rule.names.contains(name))
                .anyMatch(rule -> rule.type.matcher(type).matches());
    }
}

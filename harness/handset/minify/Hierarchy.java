package harness.minify;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;

/** The classes of the jar, and what is known of those outside that they extend: the runtime's and the libraries'. */
final class Hierarchy {
    private final SortedMap<String, ClassNode> own;
    private final ClassLoader outside;
    private final Map<String, Optional<ClassNode>> read = new HashMap<>();
    private final Map<String, Set<String>> ancestors = new HashMap<>();
    private final Map<String, Set<String>> descendants = new HashMap<>();

    Hierarchy(SortedMap<String, ClassNode> own, ClassLoader outside) {
        this.own = own;
        this.outside = outside;
        for (String name : own.keySet()) {
            for (String ancestor : ancestors(name)) {
                descendants.computeIfAbsent(ancestor, key -> new LinkedHashSet<>()).add(name);
            }
        }
    }

    SortedMap<String, ClassNode> own() {
        return own;
    }

    boolean isOwn(String name) {
        return own.containsKey(name);
    }

    /** Null for a class that is neither in the jar nor in a library. */
    ClassNode find(String name) {
        ClassNode mine = own.get(name);
        return mine != null ? mine : read.computeIfAbsent(name, this::readOutside).orElse(null);
    }

    private Optional<ClassNode> readOutside(String name) {
        try (InputStream code = outside.getResourceAsStream(name + ".class")) {
            if (code == null) {
                return Optional.empty();
            }
            ClassNode node = new ClassNode();
            new ClassReader(code).accept(node, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
            return Optional.of(node);
        } catch (IOException exc) {
            return Optional.empty();
        }
    }

    /** The class itself, what it extends and implements, directly or not, nearest first. */
    Set<String> ancestors(String name) {
        Set<String> known = ancestors.get(name);
        if (known == null) {
            known = new LinkedHashSet<>();
            Deque<String> waiting = new ArrayDeque<>(Set.of(name));
            while (!waiting.isEmpty()) {
                String next = waiting.poll();
                ClassNode node = known.add(next) ? find(next) : null;
                if (node != null) {
                    if (node.superName != null) {
                        waiting.add(node.superName);
                    }
                    waiting.addAll(node.interfaces);
                }
            }
            ancestors.put(name, known);
        }
        return known;
    }

    /** False when something that the class extends is not to be found: any method of it may be an override then. */
    boolean isWhole(String name) {
        return ancestors(name).stream().allMatch(each -> find(each) != null);
    }

    /** Every class of the jar that is seen from where this one's members are seen: itself, below it, and above those. */
    Set<String> family(String name) {
        Set<String> family = new LinkedHashSet<>();
        for (String below : descendants.getOrDefault(name, Set.of(name))) {
            ancestors(below).stream().filter(this::isOwn).forEach(family::add);
        }
        return family;
    }

    static boolean samePackage(String one, String other) {
        return one.substring(0, one.lastIndexOf('/') + 1).equals(other.substring(0, other.lastIndexOf('/') + 1));
    }
}

package harness.minify;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;

/** Old names and new ones. What is looked up by its owner need not be declared there: it is found as the JVM finds it. */
final class Names {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final Hierarchy hierarchy;
    private final Map<String, String> classes = new HashMap<>();
    private final Map<String, String> methods = new HashMap<>();
    private final Map<String, String> fields = new HashMap<>();

    Names(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
    }

    static String key(String owner, String name, String descriptor) {
        return owner + "." + name + descriptor;
    }

    /** a, b ... z, aa, ab ...: the first that is free. */
    static String first(Predicate<String> isFree) {
        for (int number = 0; ; number++) {
            String name = "";
            for (int rest = number; rest >= 0; rest = rest / LETTERS.length() - 1) {
                name = LETTERS.charAt(rest % LETTERS.length()) + name;
            }
            if (isFree.test(name) && !Set.of("do", "if", "for", "int", "new", "try").contains(name)) {
                return name;
            }
        }
    }

    void renameClass(String name, String fresh) {
        classes.put(name, fresh);
    }

    void renameMethod(String key, String fresh) {
        methods.put(key, fresh);
    }

    void renameField(String key, String fresh) {
        fields.put(key, fresh);
    }

    String ofClass(String name) {
        return classes.getOrDefault(name, name);
    }

    String ofMethod(String owner, String name, String descriptor) {
        String declaring = declaring(owner, name, descriptor, true);
        return declaring == null ? name : methods.getOrDefault(key(declaring, name, descriptor), name);
    }

    String ofField(String owner, String name, String descriptor) {
        String declaring = declaring(owner, name, descriptor, false);
        return declaring == null ? name : fields.getOrDefault(key(declaring, name, descriptor), name);
    }

    /** The class of the jar whose member this is, seen from owner; null when it is nobody's here. */
    String declaring(String owner, String name, String descriptor, boolean method) {
        if (!hierarchy.isOwn(owner)) {
            return null;
        }
        for (ClassNode type = hierarchy.find(owner); type != null && hierarchy.isOwn(type.name); ) {
            if (declares(type, name, descriptor, method)) {
                return type.name;
            }
            type = type.superName == null ? null : hierarchy.find(type.superName);
        }
        for (String above : hierarchy.ancestors(owner)) {
            if (hierarchy.isOwn(above) && declares(hierarchy.find(above), name, descriptor, method)) {
                return above;
            }
        }
        return null;
    }

    private static boolean declares(ClassNode type, String name, String descriptor, boolean method) {
        if (method) {
            return type.methods.stream().anyMatch((MethodNode each) -> each.name.equals(name) && each.desc.equals(descriptor));
        }
        return type.fields.stream().anyMatch((FieldNode each) -> each.name.equals(name) && each.desc.equals(descriptor));
    }
}

package harness.minify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Chooses the new names: classes in one package, an override like what it overrides, as many methods alike as their
 * parameters allow. An override of anything outside the jar keeps its name.
 */
final class Naming {
    private static final int ALONE = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC; // no override, and not overridden
    private static final Set<String> SERIAL = Set.of(
            "readObject", "writeObject", "readResolve", "writeReplace", "readObjectNoData", "serialVersionUID",
            "serialPersistentFields");

    private final Hierarchy hierarchy;
    private final Rules rules;
    private final Names names;
    private final Map<String, String> leaders = new HashMap<>(); // of groups that share a name, by member
    private final Map<String, Set<String>> declared = new HashMap<>(); // name and parameters, by class

    private Naming(Hierarchy hierarchy, Rules rules) {
        this.hierarchy = hierarchy;
        this.rules = rules;
        names = new Names(hierarchy);
    }

    static Names chosen(Hierarchy hierarchy, Rules rules, String flatPackage) {
        Naming naming = new Naming(hierarchy, rules);
        naming.nameClasses(flatPackage);
        naming.nameFields();
        naming.nameMethods();
        return naming.names;
    }

    private void nameClasses(String flatPackage) {
        Set<String> taken = new HashSet<>(named());
        for (String name : hierarchy.own().keySet()) {
            if (!rules.keepsClass(name) && !taken.contains(name)) {
                String fresh = Names.first(each -> !taken.contains(flatPackage + each)
                        && !hierarchy.isOwn(flatPackage + each));
                taken.add(flatPackage + fresh);
                names.renameClass(name, flatPackage + fresh);
            }
        }
    }

    /** Classes that code asks for by a constant name. */
    private Set<String> named() {
        Set<String> found = new TreeSet<>();
        for (ClassNode type : hierarchy.own().values()) {
            for (MethodNode method : type.methods) {
                boolean asks = false;
                Set<String> texts = new TreeSet<>();
                for (AbstractInsnNode step : method.instructions) {
                    if (step instanceof LdcInsnNode constant && constant.cst instanceof String text) {
                        texts.add(text.replace('.', '/'));
                    }
                    asks |= step instanceof MethodInsnNode call && Set.of("forName", "loadClass").contains(call.name);
                }
                if (asks) {
                    texts.stream().filter(hierarchy::isOwn).forEach(found::add);
                }
            }
        }
        return found;
    }

    private void nameFields() {
        Map<String, Set<String>> taken = new HashMap<>();
        for (ClassNode type : hierarchy.own().values()) {
            for (FieldNode field : type.fields) {
                taken.computeIfAbsent(type.name, key -> new HashSet<>());
                if (keeps(type, field.name, field.access)) {
                    taken.get(type.name).add(field.name);
                }
            }
        }
        for (ClassNode type : hierarchy.own().values()) {
            Set<String> family = hierarchy.family(type.name);
            for (FieldNode field : type.fields) {
                if (!keeps(type, field.name, field.access)) {
                    String fresh = Names.first(each ->
                            family.stream().noneMatch(seen -> taken.getOrDefault(seen, Set.of()).contains(each)));
                    taken.get(type.name).add(fresh);
                    names.renameField(Names.key(type.name, field.name, field.desc), fresh);
                }
            }
        }
    }

    private boolean keeps(ClassNode type, String name, int access) {
        boolean byNature = name.startsWith("<") || SERIAL.contains(name) || (access & Opcodes.ACC_NATIVE) != 0
                || (type.access & Opcodes.ACC_ANNOTATION) != 0
                || (type.access & Opcodes.ACC_ENUM) != 0 && Set.of("values", "valueOf").contains(name);
        return byNature || rules.keepsMember(type.name, name, access);
    }

    private void nameMethods() {
        Map<String, Set<String>> groups = groups();
        Set<String> kept = kept(groups);
        for (ClassNode type : hierarchy.own().values()) {
            Set<String> mine = declared.computeIfAbsent(type.name, key -> new HashSet<>());
            for (MethodNode method : type.methods) {
                if (kept.contains(leader(type, method))) {
                    mine.add(method.name + parameters(method.desc));
                }
            }
            for (String above : hierarchy.ancestors(type.name)) {
                if (!hierarchy.isOwn(above) && hierarchy.find(above) != null) {
                    hierarchy.find(above).methods.forEach(each -> mine.add(each.name + parameters(each.desc)));
                }
            }
        }
        groups.forEach((leader, members) -> {
            if (!kept.contains(leader)) {
                nameGroup(leader, members);
            }
        });
    }

    private void nameGroup(String leader, Set<String> members) {
        String parameters = parameters(leader.substring(leader.indexOf('(')));
        Set<String> seen = new LinkedHashSet<>();
        members.forEach(owner -> seen.addAll(hierarchy.family(owner)));
        String fresh = Names.first(
                each -> seen.stream().noneMatch(type -> declared.get(type).contains(each + parameters)));
        String signature = leader.substring(leader.indexOf('.') + 1);
        for (String owner : members) {
            declared.get(owner).add(fresh + parameters);
            names.renameMethod(owner + "." + signature, fresh);
        }
    }

    /** Who declares it, by leader: methods that must be called alike because one overrides, or implements, the other. */
    private Map<String, Set<String>> groups() {
        for (ClassNode type : hierarchy.own().values()) {
            Map<String, String> nearest = new HashMap<>();
            for (String above : hierarchy.ancestors(type.name)) {
                for (MethodNode method : hierarchy.isOwn(above) ? hierarchy.find(above).methods : List.<MethodNode>of()) {
                    if ((method.access & ALONE) == 0 && overridable(method, above, type.name)) {
                        String key = Names.key(above, method.name, method.desc);
                        String first = nearest.putIfAbsent(method.name + method.desc, key);
                        if (first != null) {
                            leaders.put(leader(key), leader(first));
                        }
                    }
                }
            }
        }
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        for (ClassNode type : hierarchy.own().values()) {
            for (MethodNode method : type.methods) {
                groups.computeIfAbsent(leader(type, method), key -> new LinkedHashSet<>()).add(type.name);
            }
        }
        return groups;
    }

    private static boolean overridable(MethodNode method, String owner, String by) {
        boolean open = (method.access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
        return !method.name.startsWith("<") && (open || Hierarchy.samePackage(owner, by));
    }

    private String leader(ClassNode type, MethodNode method) {
        return leader(Names.key(type.name, method.name, method.desc));
    }

    private String leader(String key) {
        String above = leaders.getOrDefault(key, key);
        return above.equals(key) ? key : leader(above);
    }

    private Set<String> kept(Map<String, Set<String>> groups) {
        Set<String> kept = new HashSet<>();
        for (ClassNode type : hierarchy.own().values()) {
            for (MethodNode method : type.methods) {
                boolean virtual = (method.access & ALONE) == 0;
                if (keeps(type, method.name, method.access) || virtual && overridesOutside(type.name, method)) {
                    kept.add(leader(type, method));
                }
            }
        }
        // A method that a class only inherits may be what an interface from outside asks of it.
        groups.forEach((leader, members) -> {
            String signature = leader.substring(leader.indexOf('.') + 1);
            for (String owner : members) {
                for (String seen : hierarchy.family(owner)) {
                    if (hierarchy.ancestors(seen).contains(owner) && declaresOutside(seen, signature)) {
                        kept.add(leader);
                    }
                }
            }
        });
        return kept;
    }

    private boolean overridesOutside(String owner, MethodNode method) {
        boolean open = (method.access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
        return open && !hierarchy.isWhole(owner) || declaresOutside(owner, method.name + method.desc);
    }

    private boolean declaresOutside(String seen, String signature) {
        return hierarchy.ancestors(seen).stream()
                .filter(above -> !hierarchy.isOwn(above) && hierarchy.find(above) != null)
                .flatMap(above -> hierarchy.find(above).methods.stream())
                .anyMatch(each -> (each.access & ALONE) == 0 && signature.equals(each.name + each.desc));
    }

    private static String parameters(String descriptor) {
        StringBuilder text = new StringBuilder("(");
        for (Type type : Type.getArgumentTypes(descriptor)) {
            text.append(type.getDescriptor());
        }
        return text.append(')').toString();
    }
}

package harness.minify;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Opens what classes need of each other once they have moved, and removes what nobody needs: nests (private members of
 * nested classes become public, as DEX has it), and private methods that are never called.
 */
final class Access {
    private static final int LEVELS = Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED | Opcodes.ACC_PRIVATE;
    private static final Set<String> CALLED_BY_THE_RUNTIME =
            Set.of("<init>", "<clinit>", "readObject", "writeObject", "readResolve", "writeReplace", "readObjectNoData");

    private final Hierarchy hierarchy;
    private final Names lookup;
    private final Set<String> used = new HashSet<>(); // by anybody
    private final Set<String> shared = new HashSet<>(); // by another class

    Access(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
        lookup = new Names(hierarchy);
        for (ClassNode type : hierarchy.own().values()) {
            for (MethodNode method : type.methods) {
                for (AbstractInsnNode step : method.instructions) {
                    note(type, step);
                }
            }
        }
    }

    static boolean isPrivate(Hierarchy hierarchy, Names lookup, String owner, String name, String desc, boolean method) {
        String declaring = lookup.declaring(owner, name, desc, method);
        if (declaring == null) {
            return false;
        }
        ClassNode type = hierarchy.find(declaring);
        int access = method
                ? type.methods.stream().filter(each -> each.name.equals(name) && each.desc.equals(desc)).findFirst().orElseThrow().access
                : type.fields.stream().filter(each -> each.name.equals(name) && each.desc.equals(desc)).findFirst().orElseThrow().access;
        return (access & Opcodes.ACC_PRIVATE) != 0;
    }

    private void note(ClassNode from, AbstractInsnNode step) {
        if (step instanceof MethodInsnNode call) {
            note(from, call.owner, call.name, call.desc, true);
        } else if (step instanceof FieldInsnNode field) {
            note(from, field.owner, field.name, field.desc, false);
        } else if (step instanceof InvokeDynamicInsnNode dynamic) {
            for (Object argument : dynamic.bsmArgs) {
                if (argument instanceof Handle handle) {
                    note(from, handle.getOwner(), handle.getName(), handle.getDesc(), handle.getTag() >= Opcodes.H_INVOKEVIRTUAL);
                }
            }
        }
    }

    private void note(ClassNode from, String owner, String name, String descriptor, boolean method) {
        String declaring = lookup.declaring(owner, name, descriptor, method);
        if (declaring != null) {
            String key = Names.key(declaring, name, descriptor);
            used.add(key);
            if (!declaring.equals(from.name)) {
                shared.add(key);
            }
        }
    }

    void removeUnused() {
        for (ClassNode type : hierarchy.own().values()) {
            type.methods.removeIf(method -> (method.access & Opcodes.ACC_PRIVATE) != 0
                    && (method.access & Opcodes.ACC_NATIVE) == 0
                    && !CALLED_BY_THE_RUNTIME.contains(method.name)
                    && !used.contains(Names.key(type.name, method.name, method.desc)));
        }
    }

    void open() {
        for (ClassNode type : hierarchy.own().values()) {
            type.access = opened(type.access, true);
            type.nestHostClass = null;
            type.nestMembers = null;
            for (FieldNode field : type.fields) {
                field.access = opened(field.access, shared.contains(Names.key(type.name, field.name, field.desc)));
            }
            for (MethodNode method : type.methods) {
                boolean isShared = shared.contains(Names.key(type.name, method.name, method.desc));
                method.access = method.name.equals("<clinit>") ? method.access : opened(method.access, isShared);
            }
        }
    }

    /** What only reflection and debuggers look at: R8 drops it, too, unless a rule asks for it. */
    void strip() {
        for (ClassNode type : hierarchy.own().values()) {
            type.innerClasses.clear();
            type.outerClass = null;
            type.outerMethod = null;
            type.outerMethodDesc = null;
            type.signature = null;
            type.fields.forEach(field -> field.signature = null);
            for (MethodNode method : type.methods) {
                method.signature = null;
                method.localVariables = method.localVariables == null ? null : List.of();
                method.parameters = null;
            }
        }
    }

    private static int opened(int access, boolean shared) {
        boolean closed = (access & Opcodes.ACC_PRIVATE) != 0 && !shared;
        return closed ? access : access & ~LEVELS | Opcodes.ACC_PUBLIC;
    }
}

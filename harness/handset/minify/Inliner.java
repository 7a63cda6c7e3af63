package harness.minify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Puts the code of asked-for methods where they are called, and takes the methods away, as R8 does with short ones. Only the
 * plainest are done: no branch, no handler, no monitor, never overridden, calling nothing private. The others stay.
 */
final class Inliner {
    /** One place where a method's code stands now. `calledAt` is the line of the call, 0 where it is unknown. */
    record Frame(String holder, String holderSignature, String owner, MethodNode method, int line, int calledAt) {
        boolean isIn(ClassNode type, MethodNode in) {
            return holder.equals(type.name) && holderSignature.equals(in.name + in.desc);
        }
    }

    private final Hierarchy hierarchy;
    private final Names lookup;
    private final List<Frame> frames = new ArrayList<>();

    Inliner(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
        lookup = new Names(hierarchy);
    }

    /** `wanted` says which methods, in the form of keep rules. Those that call others of them wait until these are done. */
    List<Frame> inline(Rules wanted) {
        while (inlineOnce(wanted)) {
            // once more: what called them may be plain now
        }
        return frames;
    }

    private boolean inlineOnce(Rules wanted) {
        Map<String, MethodNode> plain = new HashMap<>();
        for (ClassNode type : hierarchy.own().values()) {
            for (MethodNode method : type.methods) {
                if (wanted.keepsMember(type.name, method.name, method.access) && isPlain(type, method)) {
                    plain.put(Names.key(type.name, method.name, method.desc), method);
                }
            }
        }
        plain.keySet().removeAll(referred());
        Set<String> waiting = new TreeSet<>();
        plain.forEach((key, method) -> {
            if (calls(method).anyMatch(plain::containsKey)) {
                waiting.add(key);
            }
        });
        plain.keySet().removeAll(waiting);
        hierarchy.own().values().forEach(type -> type.methods.forEach(method -> {
            if (!plain.containsKey(Names.key(type.name, method.name, method.desc))) {
                inlineInto(type, method, plain);
            }
        }));
        Set<String> gone = new TreeSet<>(plain.keySet());
        hierarchy.own().values().forEach(type -> type.methods.removeIf(
                method -> gone.contains(Names.key(type.name, method.name, method.desc))));
        return !gone.isEmpty();
    }

    private Stream<String> calls(MethodNode method) {
        return StreamSupport.stream(method.instructions.spliterator(), false)
                .filter(MethodInsnNode.class::isInstance)
                .map(MethodInsnNode.class::cast)
                .map(call -> declared(call.owner, call.name, call.desc));
    }

    private String declared(String owner, String name, String descriptor) {
        return Names.key(String.valueOf(lookup.declaring(owner, name, descriptor, true)), name, descriptor);
    }

    /** Methods that are handed around as values: they must stay. */
    private Set<String> referred() {
        Set<String> found = new TreeSet<>();
        for (ClassNode type : hierarchy.own().values()) {
            for (MethodNode method : type.methods) {
                for (AbstractInsnNode step : method.instructions) {
                    Object[] values = step instanceof InvokeDynamicInsnNode dynamic ? dynamic.bsmArgs : new Object[0];
                    for (Object value : values) {
                        if (value instanceof Handle handle) {
                            found.add(declared(handle.getOwner(), handle.getName(), handle.getDesc()));
                        }
                    }
                }
            }
        }
        return found;
    }

    private void inlineInto(ClassNode type, MethodNode holder, Map<String, MethodNode> plain) {
        int line = 0;
        for (AbstractInsnNode step : holder.instructions.toArray()) {
            if (step instanceof LineNumberNode number) {
                line = number.line;
            } else if (step instanceof MethodInsnNode call) {
                String owner = lookup.declaring(call.owner, call.name, call.desc, true);
                MethodNode body = plain.get(declared(call.owner, call.name, call.desc));
                if (body != null) {
                    note(type, holder, owner, body, line);
                    InsnList copy = copy(body, holder.maxLocals, line);
                    holder.maxLocals += body.maxLocals;
                    holder.instructions.insertBefore(call, copy);
                    holder.instructions.remove(call);
                }
            }
        }
    }

    /** With what had been put into the body before. */
    private void note(ClassNode type, MethodNode holder, String owner, MethodNode body, int line) {
        String signature = holder.name + holder.desc;
        List<Frame> inner = frames.stream().filter(frame -> frame.isIn(hierarchy.find(owner), body)).toList();
        inner.forEach(each -> frames.add(new Frame(type.name, signature, each.owner, each.method, each.line, line)));
        frames.add(new Frame(type.name, signature, owner, body, firstLine(body), line));
    }

    /** The arguments go from the stack into fresh local variables; what the body returns stays on the stack. */
    private static InsnList copy(MethodNode body, int firstLocal, int line) {
        InsnList copy = new InsnList();
        List<VarInsnNode> stores = new ArrayList<>();
        int local = firstLocal;
        if ((body.access & Opcodes.ACC_STATIC) == 0) {
            stores.add(new VarInsnNode(Opcodes.ASTORE, local++));
        }
        for (Type type : Type.getArgumentTypes(body.desc)) {
            stores.add(new VarInsnNode(type.getOpcode(Opcodes.ISTORE), local));
            local += type.getSize();
        }
        for (int i = stores.size() - 1; i >= 0; i--) {
            copy.add(stores.get(i));
        }
        Map<LabelNode, LabelNode> labels = new HashMap<>();
        for (AbstractInsnNode step : body.instructions) {
            if (step instanceof LabelNode label) {
                labels.put(label, new LabelNode());
            }
        }
        for (AbstractInsnNode step : body.instructions) {
            AbstractInsnNode same = step.clone(labels);
            if (same instanceof VarInsnNode variable) {
                variable.var += firstLocal;
            } else if (same instanceof IincInsnNode increment) {
                increment.var += firstLocal;
            }
            if (!isReturn(step)) {
                copy.add(same);
            }
        }
        if (line > 0) {
            LabelNode after = new LabelNode();
            copy.add(after);
            copy.add(new LineNumberNode(line, after));
        }
        return copy;
    }

    private static int firstLine(MethodNode method) {
        for (AbstractInsnNode step : method.instructions) {
            if (step instanceof LineNumberNode number) {
                return number.line;
            }
        }
        return 0;
    }

    private boolean isPlain(ClassNode type, MethodNode method) {
        boolean special = method.name.startsWith("<") || !method.tryCatchBlocks.isEmpty();
        int forbidden = Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE | Opcodes.ACC_SYNCHRONIZED;
        if (special || (method.access & forbidden) != 0 || isInherited(type, method)) {
            return false;
        }
        int returns = 0;
        for (AbstractInsnNode step : method.instructions) {
            boolean branches = step instanceof JumpInsnNode || step instanceof TableSwitchInsnNode
                    || step instanceof LookupSwitchInsnNode || step.getOpcode() == Opcodes.ATHROW;
            if (branches || step.getOpcode() == Opcodes.MONITORENTER || touchesPrivate(step)) {
                return false;
            }
            returns += isReturn(step) ? 1 : 0;
        }
        return returns == 1;
    }

    private static boolean isReturn(AbstractInsnNode step) {
        return step instanceof InsnNode && step.getOpcode() >= Opcodes.IRETURN && step.getOpcode() <= Opcodes.RETURN;
    }

    /** It overrides something, or is overridden: then a call does not say whose code will run. */
    private boolean isInherited(ClassNode type, MethodNode method) {
        if ((method.access & (Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE)) != 0) {
            return false;
        }
        Set<String> related = new TreeSet<>(hierarchy.family(type.name));
        related.addAll(hierarchy.ancestors(type.name));
        related.remove(type.name);
        return related.stream()
                .map(hierarchy::find)
                .anyMatch(other -> other == null || other.methods.stream()
                        .anyMatch(each -> each.name.equals(method.name) && each.desc.equals(method.desc)));
    }

    private boolean touchesPrivate(AbstractInsnNode step) {
        if (step instanceof MethodInsnNode call) {
            boolean special = call.getOpcode() == Opcodes.INVOKESPECIAL && !call.name.equals("<init>");
            return special || Access.isPrivate(hierarchy, lookup, call.owner, call.name, call.desc, true);
        }
        return step instanceof FieldInsnNode field
                && Access.isPrivate(hierarchy, lookup, field.owner, field.name, field.desc, false);
    }
}

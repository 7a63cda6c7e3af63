package harness.minify;

import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.StreamSupport;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodNode;

/** mapping.txt as R8 writes it: every class, then its fields and methods, old names with types before new ones. */
final class Mapping {
    private static final String HEAD = "# compiler: R8\n# {\"id\":\"com.android.tools.r8.mapping\",\"version\":\"2.2\"}\n";

    private final Names names;
    private final List<Inliner.Frame> inlined;
    private final StringBuilder text = new StringBuilder(HEAD);

    private Mapping(Names names, List<Inliner.Frame> inlined) {
        this.names = names;
        this.inlined = inlined;
    }

    static String of(Iterable<ClassNode> types, Names names, List<Inliner.Frame> inlined) {
        Mapping mapping = new Mapping(names, inlined);
        types.forEach(mapping::add);
        return mapping.text.toString();
    }

    private void add(ClassNode type) {
        text.append(dotted(type.name)).append(" -> ").append(dotted(names.ofClass(type.name))).append(":\n");
        if (type.sourceFile != null) {
            text.append("# {\"id\":\"sourceFile\",\"fileName\":\"").append(type.sourceFile).append("\"}\n");
        }
        for (FieldNode field : type.fields) {
            line(spelled(Type.getType(field.desc)) + " " + field.name, names.ofField(type.name, field.name, field.desc));
        }
        for (MethodNode method : type.methods) {
            String fresh = names.ofMethod(type.name, method.name, method.desc);
            inlined.stream().filter(frame -> frame.isIn(type, method)).forEach(frame -> addInlined(frame, method, fresh));
            String lines = lines(method);
            String after = lines.isEmpty() ? "" : ":" + lines.substring(0, lines.length() - 1);
            line(lines + signature("", method) + after, fresh);
        }
    }

    /** Innermost frame first: what was inlined, at lines of its own, and then where it is now. */
    private void addInlined(Inliner.Frame frame, MethodNode holder, String fresh) {
        String lines = frame.line() + ":" + frame.line() + ":";
        String owner = dotted(frame.owner()) + ".";
        line(lines + signature(owner, frame.method()) + ":" + frame.line(), fresh);
        line(lines + signature("", holder) + ":" + frame.calledAt(), fresh);
    }

    private void line(String old, String fresh) {
        text.append("    ").append(old).append(" -> ").append(fresh).append('\n');
    }

    /** {@code 12:15:}, the first and the last line of its code; nothing where there is none. */
    private static String lines(MethodNode method) {
        IntSummaryStatistics lines = StreamSupport.stream(method.instructions.spliterator(), false)
                .filter(LineNumberNode.class::isInstance)
                .mapToInt(step -> ((LineNumberNode) step).line)
                .summaryStatistics();
        return lines.getCount() == 0 ? "" : lines.getMin() + ":" + lines.getMax() + ":";
    }

    private static String signature(String owner, MethodNode method) {
        StringJoiner parameters = new StringJoiner(",", "(", ")");
        for (Type type : Type.getArgumentTypes(method.desc)) {
            parameters.add(spelled(type));
        }
        return spelled(Type.getReturnType(method.desc)) + " " + owner + method.name + parameters;
    }

    private static String spelled(Type type) {
        return type.getClassName();
    }

    static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }
}

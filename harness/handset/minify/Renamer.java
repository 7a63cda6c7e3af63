package harness.minify;

import java.util.Set;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.MethodRemapper;
import org.objectweb.asm.commons.Remapper;
import org.objectweb.asm.tree.ClassNode;

/** Writes the new names into a class: wherever a class, field or method is meant. Texts stay as they are. */
final class Renamer extends ClassRemapper {
    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";

    private Renamer(ClassVisitor next, Remapper remapper) {
        super(Opcodes.ASM9, next, remapper);
    }

    static ClassNode renamed(ClassNode type, Names names) {
        ClassNode out = new ClassNode();
        type.accept(new Renamer(out, new ByNames(names)));
        return out;
    }

    @Override
    protected MethodVisitor createMethodRemapper(MethodVisitor next) {
        return new Steps(next, remapper);
    }

    private static final class ByNames extends Remapper {
        private final Names names;

        ByNames(Names names) {
            this.names = names;
        }

        @Override
        public String map(String internalName) {
            return names.ofClass(internalName);
        }

        @Override
        public String mapMethodName(String owner, String name, String descriptor) {
            return names.ofMethod(owner, name, descriptor);
        }

        @Override
        public String mapFieldName(String owner, String name, String descriptor) {
            return names.ofField(owner, name, descriptor);
        }

        @Override
        public String mapRecordComponentName(String owner, String name, String descriptor) {
            return names.ofField(owner, name, descriptor);
        }
    }

    /** A lambda is made by a call whose name is that of the one method of the interface that it implements. */
    private static final class Steps extends MethodRemapper {
        Steps(MethodVisitor next, Remapper remapper) {
            super(Opcodes.ASM9, next, remapper);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle maker, Object... arguments) {
            Set<String> makers = Set.of("metafactory", "altMetafactory");
            if (!LAMBDAS.equals(maker.getOwner()) || !makers.contains(maker.getName())) {
                super.visitInvokeDynamicInsn(name, descriptor, maker, arguments);
                return;
            }
            Object[] mapped = new Object[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                mapped[i] = remapper.mapValue(arguments[i]);
            }
            String type = Type.getReturnType(descriptor).getInternalName();
            String fresh = remapper.mapMethodName(type, name, ((Type) arguments[0]).getDescriptor());
            mv.visitInvokeDynamicInsn(fresh, remapper.mapMethodDesc(descriptor), (Handle) remapper.mapValue(maker), mapped);
        }
    }
}

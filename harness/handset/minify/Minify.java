package harness.minify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;

/**
 * Renames the classes of a jar as R8 renames an app's, and writes down what it called them: Minify IN OUT MAPPING KEEP INLINE
 * LIBRARY... KEEP and INLINE are files of rules, see Rules.
 */
public final class Minify {
    private static final String FLAT_PACKAGE = "a/";
    private static final long THE_SAME_ALWAYS = 315_532_800_000L; // 1980, so that the same input gives the same bytes

    private Minify() {}

    public static void main(String[] args) throws IOException {
        SortedMap<String, ClassNode> own = new TreeMap<>();
        Map<String, byte[]> others = new LinkedHashMap<>();
        read(Path.of(args[0]), own, others);
        if (own.isEmpty()) {
            throw new IllegalArgumentException("there is no class in it");
        }
        Hierarchy hierarchy = new Hierarchy(own, libraries(args));
        new Access(hierarchy).removeUnused();
        List<Inliner.Frame> inlined = new Inliner(hierarchy).inline(rules(args[4]));
        Names names = Naming.chosen(hierarchy, rules(args[3]), FLAT_PACKAGE);
        Files.writeString(Path.of(args[2]), Mapping.of(own.values(), names, inlined));
        Access access = new Access(hierarchy);
        access.open();
        access.strip();
        Map<String, byte[]> written = new TreeMap<>();
        for (ClassNode type : own.values()) {
            ClassNode renamed = Renamer.renamed(type, names);
            renamed.sourceFile = renamed.sourceFile == null ? null : "SourceFile";
            ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
            renamed.accept(writer);
            written.put(renamed.name + ".class", writer.toByteArray());
        }
        written.putAll(others);
        write(Path.of(args[1]), written);
    }

    private static Rules rules(String file) throws IOException {
        return new Rules(Files.readAllLines(Path.of(file)));
    }

    private static ClassLoader libraries(String[] args) throws IOException {
        List<URL> found = new ArrayList<>();
        for (int i = 5; i < args.length; i++) {
            found.add(Path.of(args[i]).toUri().toURL());
        }
        return new URLClassLoader(found.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static void read(Path jar, Map<String, ClassNode> own, Map<String, byte[]> others) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                if (entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")) {
                    ClassNode type = new ClassNode();
                    new ClassReader(content).accept(type, 0);
                    own.put(type.name, type);
                } else if (!entry.isDirectory()) {
                    others.put(entry.getName(), content);
                }
            }
        }
    }

    private static void write(Path jar, Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTime(THE_SAME_ALWAYS);
                out.putNextEntry(entry);
                out.write(each.getValue());
                out.closeEntry();
            }
        }
        Files.write(jar, bytes.toByteArray());
    }
}

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Loads, verifies and initialises every class of the first jar, and counts how that ends. */
public final class Loading {
    public static void main(String[] args) throws IOException {
        List<URL> jars = new ArrayList<>();
        for (String arg : args) {
            jars.add(Path.of(arg).toUri().toURL());
        }
        Map<String, Integer> ends = new TreeMap<>();
        try (ZipFile zip = new ZipFile(args[0]); URLClassLoader loader = new URLClassLoader(jars.toArray(new URL[0]))) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(".class")) {
                    ends.merge(end(entry.getName().replace('/', '.').replaceAll("\\.class$", ""), loader), 1, Integer::sum);
                }
            }
        }
        System.out.println(ends);
    }

    private static String end(String name, ClassLoader loader) {
        try {
            Class.forName(name, true, loader);
            return "loaded";
        } catch (Throwable thrown) {
            Throwable cause = thrown;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause.getClass().getClassLoader() == loader ? "its own fault" : cause.getClass().getSimpleName();
        }
    }
}

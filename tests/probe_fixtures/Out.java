import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a program under watch saw: one line at a time into the file named by -Dout. */
final class Out {
    private static final Path FILE = Path.of(System.getProperty("out"));

    static synchronized void line(String text) {
        try {
            Files.write(FILE, (text + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

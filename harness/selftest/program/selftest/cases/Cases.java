package selftest.cases;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs named cases and writes what the app saw of each: `name`, a tab, the result. */
public final class Cases {
    /** One case: what it gives, or throws, is what the app saw. */
    public interface Body {
        Object run() throws Throwable;
    }

    private final OutputStream out;
    private final List<String> leftOut;

    /** `leftOut`: names of cases that are not to be run. */
    Cases(String file, List<String> leftOut) throws IOException {
        this.out = new FileOutputStream(file);
        this.leftOut = leftOut;
    }

    public void add(String name, Body body) {
        if (leftOut.contains(name)) {
            return;
        }
        String seen;
        try {
            seen = String.valueOf(body.run());
        } catch (Throwable thrown) {
            seen = "threw " + Seen.thrown(thrown);
        }
        write(name + "\t" + Seen.ascii(seen));
    }

    /** Unbuffered, so that a crash loses nothing that was said before it. */
    void write(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException exception) {
            throw new IllegalStateException(exception);
        }
    }
}

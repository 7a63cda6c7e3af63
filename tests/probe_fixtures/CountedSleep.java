import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * How long the thread that made it did not want to run. Linux keeps per thread how long it ran and how long it was ready
 * to run; what is left of a span of time it was made to wait, however busy the machine is.
 */
public class CountedSleep {
    private final FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocate(128);

    CountedSleep() throws IOException {
        file = new RandomAccessFile("/proc/thread-self/schedstat", "r").getChannel();
    }

    /** Only differences mean something. */
    long asleepNs() throws IOException {
        bytes.clear();
        long now = System.nanoTime();
        int length = file.read(bytes, 0);
        String[] fields = new String(bytes.array(), 0, length, StandardCharsets.US_ASCII).split(" ");
        return now - Long.parseLong(fields[0]) - Long.parseLong(fields[1]);
    }
}

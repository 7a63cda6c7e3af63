import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A program's own books in a mapped file: what is in it is in the kernel's hands, and there after the program was killed.
 * One slot of 64 bytes per thread, after one for the program; every field is a long in the machine's byte order.
 */
public class CountedFile {
    static final int SLOT = 64;
    static final int BEFORE = 0;
    static final int AFTER = 8;
    static final int SLOWEST_NS = 16;
    static final int ASLEEP_NS = 24;

    final MappedByteBuffer map;

    CountedFile(String path, int threads) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path, "rw")) {
            map = file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOT * (threads + 1));
        }
        map.order(ByteOrder.nativeOrder());
        map.putLong(16, ProcessHandle.current().pid());
    }

    /** How far the program is: 1 it calls, 2 it has called, 3 it ends in order. */
    void state(long state) {
        map.putLong(0, state);
    }

    /** Whether somebody outside has said that it is enough. */
    boolean stopped() {
        return map.getLong(8) != 0;
    }

    void add(int thread, int field) {
        int at = SLOT * (thread + 1) + field;
        map.putLong(at, map.getLong(at) + 1);
    }

    void atLeast(int thread, int field, long value) {
        int at = SLOT * (thread + 1) + field;
        map.putLong(at, Math.max(map.getLong(at), value));
    }
}

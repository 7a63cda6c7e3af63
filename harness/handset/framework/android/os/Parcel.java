package android.os;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Values in a row: what was written first is read first. It never leaves the process. */
public final class Parcel {
    private final Deque<Optional<Object>> values = new ArrayDeque<>();

    private Parcel() {}

    public static Parcel obtain() {
        return new Parcel();
    }

    private void write(Object value) {
        values.add(Optional.ofNullable(value));
    }

    private Object read() {
        return values.remove().orElse(null);
    }

    public void writeInt(int value) {
        write(value);
    }

    public int readInt() {
        return (Integer) read();
    }

    public void writeLong(long value) {
        write(value);
    }

    public long readLong() {
        return (Long) read();
    }

    public void writeString(String value) {
        write(value);
    }

    public String readString() {
        return (String) read();
    }

    public void writeSerializable(Serializable value) {
        write(value);
    }

    public Serializable readSerializable() {
        return (Serializable) read();
    }

    public void writeParcelable(Parcelable value, int flags) {
        write(value);
    }

    @SuppressWarnings("unchecked")
    public <T extends Parcelable> T readParcelable(ClassLoader loader) {
        return (T) read();
    }
}

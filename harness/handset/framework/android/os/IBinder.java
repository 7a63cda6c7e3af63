package android.os;

/** A door to another process; the handset has none. */
public interface IBinder {}

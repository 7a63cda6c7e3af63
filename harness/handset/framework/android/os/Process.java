package android.os;

/** The process's own number. */
public final class Process {
    public static final int THREAD_PRIORITY_BACKGROUND = 10;

    private Process() {}

    public static int myPid() {
        return (int) ProcessHandle.current().pid();
    }

    /** Java's threads have no such priorities here. */
    public static void setThreadPriority(int priority) {}

    public static void killProcess(int pid) {
        if (pid == myPid()) {
            Runtime.getRuntime().halt(9);
        }
    }
}

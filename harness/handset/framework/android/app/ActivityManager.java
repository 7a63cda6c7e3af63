package android.app;

/** Memory, seen from the process. */
public class ActivityManager {
    /** How much there is. */
    public static class MemoryInfo {
        public long availMem;
        public long totalMem;
        public long threshold;
        public boolean lowMemory;
    }

    ActivityManager() {}

    public void getMemoryInfo(MemoryInfo info) {
        Runtime runtime = Runtime.getRuntime();
        info.totalMem = runtime.maxMemory();
        info.availMem = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    }
}

package android.net;

/** Accounts of traffic, which the handset does not keep. */
public class TrafficStats {
    private TrafficStats() {}

    public static void setThreadStatsTag(int tag) {}

    public static void clearThreadStatsTag() {}
}

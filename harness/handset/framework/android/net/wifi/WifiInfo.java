package android.net.wifi;

/** The current Wi-Fi connection. */
public class WifiInfo {
    private final String address;

    WifiInfo(String address) {
        this.address = address;
    }

    /** The IPv4 address, lowest byte first (Android's way); 0 without a connection. */
    public int getIpAddress() {
        int packed = 0;
        String[] parts = address.split("\\.");
        for (int i = 0; i < parts.length && parts.length == 4; i++) {
            packed |= Integer.parseInt(parts[i]) << (8 * i);
        }
        return packed;
    }
}

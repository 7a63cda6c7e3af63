package android.net;

/** One network, which is Wi-Fi and connected whenever the handset has an address. */
public class NetworkInfo {
    private final int type;
    private final boolean connected;

    NetworkInfo(int type, boolean connected) {
        this.type = type;
        this.connected = connected;
    }

    public int getType() {
        return type;
    }

    public boolean isConnected() {
        return connected;
    }

    public boolean isConnectedOrConnecting() {
        return connected;
    }
}

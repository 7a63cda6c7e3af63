package android.net.wifi;

import com.android.internal.handset.Daemon;

/** Wi-Fi state. The address is the handset's own (property dhcp.wlan0.ipaddress), not the host's. */
public class WifiManager {
    public WifiInfo getConnectionInfo() {
        return new WifiInfo(Daemon.text("getprop", "dhcp.wlan0.ipaddress", ""));
    }

    public boolean isWifiEnabled() {
        return getConnectionInfo().getIpAddress() != 0;
    }
}

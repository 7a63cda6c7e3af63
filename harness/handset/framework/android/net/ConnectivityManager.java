package android.net;

import android.net.wifi.WifiManager;

/** Which networks there are: Wi-Fi. */
public class ConnectivityManager {
    public static final int TYPE_MOBILE = 0;
    public static final int TYPE_WIFI = 1;

    private final WifiManager wifi = new WifiManager();

    /** Null for a kind of network that the handset has not. */
    public NetworkInfo getNetworkInfo(int type) {
        return type == TYPE_WIFI ? new NetworkInfo(type, wifi.isWifiEnabled()) : null;
    }

    public NetworkInfo getActiveNetworkInfo() {
        return wifi.isWifiEnabled() ? getNetworkInfo(TYPE_WIFI) : null;
    }
}

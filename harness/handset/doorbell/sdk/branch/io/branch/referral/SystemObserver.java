package io.branch.referral;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.net.wifi.WifiManager;
import android.provider.Settings;
import android.telephony.TelephonyManager;
import android.util.DisplayMetrics;
import com.google.android.gms.ads.identifier.AdvertisingIdClient;
import java.io.IOException;

/** Reads the phone. */
class SystemObserver {
    private final Context context;

    SystemObserver(Context context) {
        this.context = context;
    }

    /** Android's id for this app and user. */
    String getUniqueHardwareId() {
        return Settings.Secure.getString(context.getContentResolver(), Settings.Secure.ANDROID_ID);
    }

    String getLocalIPAddress() {
        WifiManager wifi = (WifiManager) context.getSystemService(Context.WIFI_SERVICE);
        int address = wifi.getConnectionInfo().getIpAddress();
        return String.format("%d.%d.%d.%d", address & 255, address >> 8 & 255, address >> 16 & 255, address >> 24 & 255);
    }

    boolean getWifiConnected() {
        return ((WifiManager) context.getSystemService(Context.WIFI_SERVICE)).isWifiEnabled();
    }

    String getCarrier() {
        return ((TelephonyManager) context.getSystemService(Context.TELEPHONY_SERVICE)).getNetworkOperatorName();
    }

    DisplayMetrics getScreenDisplay() {
        return context.getResources().getDisplayMetrics();
    }

    PackageInfo getPackageInfo() {
        try {
            return context.getPackageManager().getPackageInfo(context.getPackageName(), 0);
        } catch (PackageManager.NameNotFoundException exc) {
            throw new IllegalStateException(exc);
        }
    }

    /** The advertising id, or null when there is none to read. */
    AdvertisingIdClient.Info getAdvertisingId() {
        try {
            return AdvertisingIdClient.getAdvertisingIdInfo(context);
        } catch (IOException exc) {
            return null;
        }
    }
}

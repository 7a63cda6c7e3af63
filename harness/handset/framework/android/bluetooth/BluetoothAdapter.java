package android.bluetooth;

import com.android.internal.handset.Daemon;

/** On or off; nothing more is played. */
public final class BluetoothAdapter {
    private static final BluetoothAdapter INSTANCE = new BluetoothAdapter();

    private BluetoothAdapter() {}

    public static BluetoothAdapter getDefaultAdapter() {
        return INSTANCE;
    }

    public boolean isEnabled() {
        return "1".equals(Daemon.text("setting", "global/bluetooth_on", "0"));
    }
}

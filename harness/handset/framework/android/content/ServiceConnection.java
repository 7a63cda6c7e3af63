package android.content;

import android.os.IBinder;

/** Told when a bound service is there, which on the handset is never. */
public interface ServiceConnection {
    void onServiceConnected(ComponentName name, IBinder service);

    void onServiceDisconnected(ComponentName name);
}

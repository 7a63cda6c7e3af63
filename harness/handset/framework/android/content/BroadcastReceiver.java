package android.content;

/** Receives broadcasts; the handset sends none to apps. */
public abstract class BroadcastReceiver {
    public abstract void onReceive(Context context, Intent intent);
}

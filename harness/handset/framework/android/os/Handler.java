package android.os;

/** Posts messages and runnables to a looper. */
public class Handler {
    /** Handles messages without a subclass of Handler. */
    public interface Callback {
        boolean handleMessage(Message message);
    }

    private final Looper looper;
    private final Callback callback;

    public Handler() {
        this(Looper.myLooper());
    }

    public Handler(Looper looper) {
        this(looper, null);
    }

    public Handler(Looper looper, Callback callback) {
        this.looper = looper;
        this.callback = callback;
    }

    public final Looper getLooper() {
        return looper;
    }

    public void handleMessage(Message message) {}

    public void dispatchMessage(Message message) {
        if (message.callback != null) {
            message.callback.run();
        } else if (callback == null || !callback.handleMessage(message)) {
            handleMessage(message);
        }
    }

    public final Message obtainMessage(int what, Object obj) {
        return Message.obtain(this, what, obj);
    }

    public final boolean post(Runnable task) {
        return postDelayed(task, 0);
    }

    public final boolean postDelayed(Runnable task, long delayMillis) {
        Message message = Message.obtain();
        message.callback = task;
        return sendMessageDelayed(message, delayMillis);
    }

    public final boolean sendEmptyMessage(int what) {
        return sendEmptyMessageDelayed(what, 0);
    }

    public final boolean sendEmptyMessageDelayed(int what, long delayMillis) {
        return sendMessageDelayed(obtainMessage(what, null), delayMillis);
    }

    public final boolean sendMessage(Message message) {
        return sendMessageDelayed(message, 0);
    }

    public final boolean sendMessageDelayed(Message message, long delayMillis) {
        message.target = this;
        return looper.queue.enqueue(message, SystemClock.uptimeMillis() + Math.max(0, delayMillis));
    }

    public final void removeCallbacks(Runnable task) {
        looper.queue.remove(message -> message.target == this && message.callback == task);
    }

    public final void removeMessages(int what) {
        looper.queue.remove(message -> message.target == this && message.callback == null && message.what == what);
    }

    public final boolean hasMessages(int what) {
        return looper.queue.has(message -> message.target == this && message.callback == null && message.what == what);
    }
}

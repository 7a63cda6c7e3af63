package android.os;

/** One entry of a message queue. */
public final class Message {
    public int what;
    public int arg1;
    public int arg2;
    public Object obj;
    Handler target;
    Runnable callback;
    long when; // uptime, ms
    long order; // of arrival, to keep equal times in order

    public static Message obtain() {
        return new Message();
    }

    public static Message obtain(Handler target, int what, Object obj) {
        Message message = new Message();
        message.target = target;
        message.what = what;
        message.obj = obj;
        return message;
    }

    public Runnable getCallback() {
        return callback;
    }

    public Handler getTarget() {
        return target;
    }

    public long getWhen() {
        return when;
    }

    public void sendToTarget() {
        target.sendMessage(this);
    }

    @Override
    public String toString() {
        return "{ what=" + what + " when=" + when + " obj=" + obj + " }";
    }
}

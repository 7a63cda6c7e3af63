package android.os;

import java.util.PriorityQueue;
import java.util.function.Predicate;

/** The messages of one looper, soonest first. */
public final class MessageQueue {
    private final PriorityQueue<Message> messages = new PriorityQueue<>(
            (a, b) -> a.when != b.when ? Long.compare(a.when, b.when) : Long.compare(a.order, b.order));
    private long arrived;
    private boolean quitting;

    synchronized boolean enqueue(Message message, long when) {
        if (quitting) {
            return false;
        }
        message.when = when;
        message.order = arrived++;
        messages.add(message);
        notifyAll();
        return true;
    }

    /** The next message once it is due; null when the looper was told to quit. */
    synchronized Message next() {
        while (true) {
            if (quitting) {
                return null;
            }
            Message first = messages.peek();
            long wait = first == null ? 0 : first.when - SystemClock.uptimeMillis();
            if (first != null && wait <= 0) {
                return messages.poll();
            }
            try {
                wait(wait);
            } catch (InterruptedException exc) {
                // A looper is ended by quit(), not by an interrupt.
            }
        }
    }

    /** True when nothing is due now. */
    public synchronized boolean isIdle() {
        Message first = messages.peek();
        return first == null || first.when > SystemClock.uptimeMillis();
    }

    synchronized void remove(Predicate<Message> which) {
        messages.removeIf(which);
    }

    synchronized boolean has(Predicate<Message> which) {
        return messages.stream().anyMatch(which);
    }

    synchronized void quit() {
        quitting = true;
        messages.clear();
        notifyAll();
    }
}

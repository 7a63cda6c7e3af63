package android.app;

import android.content.Context;
import android.content.Intent;
import java.util.ArrayList;
import java.util.List;

/** The task's activities, the last one in front; keeps Android's order of lifecycle calls. Main thread only. */
final class ActivityStack {
    private final Application application;
    private final Context base;
    private final List<Activity> activities = new ArrayList<>();
    private boolean foreground = true;
    private boolean locked;

    ActivityStack(Application application, Context base) {
        this.application = application;
        this.base = base;
    }

    Activity top() {
        return activities.isEmpty() ? null : activities.get(activities.size() - 1);
    }

    int size() {
        return activities.size();
    }

    boolean isVisible() {
        return foreground && !locked;
    }

    /** Old one paused, new one up, old one stopped. */
    void start(Class<? extends Activity> type, Intent intent) throws ReflectiveOperationException {
        Activity old = top();
        if (old != null && isVisible()) {
            old.pause(application);
        }
        List<Activity> cleared = (intent.getFlags() & Intent.FLAG_ACTIVITY_CLEAR_TASK) != 0
                ? new ArrayList<>(activities)
                : List.of();
        activities.removeAll(cleared);
        Activity next = type.getDeclaredConstructor().newInstance();
        activities.add(next);
        next.attach(base, intent);
        next.create(application);
        if (isVisible()) {
            next.resume(application);
            if (old != null) {
                old.stop(application);
            }
        }
        cleared.forEach(activity -> activity.destroy(application));
    }

    /** Takes an activity away; the one below comes up when it was in front. */
    void finish(Activity gone) {
        boolean front = gone == top() && isVisible();
        if (!activities.remove(gone)) {
            return;
        }
        if (front) {
            gone.pause(application);
            if (top() != null) {
                top().resume(application);
            }
            gone.stop(application);
        }
        gone.destroy(application);
    }

    void setForeground(boolean value) {
        boolean before = isVisible();
        foreground = value;
        change(before);
    }

    void setLocked(boolean value) {
        boolean before = isVisible();
        locked = value;
        change(before);
    }

    private void change(boolean before) {
        Activity top = top();
        if (top == null || before == isVisible()) {
            return;
        }
        if (isVisible()) {
            top.resume(application);
        } else {
            top.pause(application);
            top.stop(application);
        }
    }
}

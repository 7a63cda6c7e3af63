package com.android.internal.handset;

import android.app.Activity;
import android.view.KeyEvent;
import android.view.View;
import android.view.ViewGroup;
import android.widget.EditText;
import android.widget.ScrollView;
import java.util.Map;
import java.util.function.Predicate;

/** Plays taps, text, keys and swipes on a view tree. Main thread only. */
public final class Input {
    private static final int SLOP = 24; // px: a shorter swipe is a tap

    private Input() {}

    /** A tap or long press on the deepest view there that reacts. */
    public static void touch(View root, Map<String, Object> message) {
        boolean longPress = Boolean.TRUE.equals(message.get("long"));
        View target = find(root, number(message, "x"), number(message, "y"), View::isClickable);
        if (target == null || !target.isEnabled()) {
            return;
        }
        if (target.isFocusableInTouchMode()) {
            focus(root, target);
        }
        if (!longPress || !target.performLongClick()) {
            target.performClick();
        }
    }

    /** Types into the focused field; without one the text is lost, as on Android. */
    public static void text(View root, String text) {
        EditText field = focused(root);
        if (field != null) {
            field.append(text);
        }
    }

    public static void key(Activity activity, int code) {
        EditText field = activity == null ? null : focused(activity.getContentView());
        if (code == KeyEvent.KEYCODE_BACK && activity != null) {
            activity.onBackPressed();
        } else if (code == KeyEvent.KEYCODE_DEL && field != null) {
            field.deleteLast();
        } else if (code == KeyEvent.KEYCODE_ENTER && field != null) {
            field.pressEnter();
        }
    }

    public static void swipe(View root, Map<String, Object> message) {
        int x = number(message, "x1");
        int y = number(message, "y1");
        int moved = y - number(message, "y2");
        boolean still = Math.abs(moved) < SLOP && Math.abs(x - number(message, "x2")) < SLOP;
        if (still) {
            // Android's tools express a long press as a swipe that stays where it is.
            boolean longPress = number(message, "ms") >= 500;
            touch(root, Json.object("x", (long) x, "y", (long) y, "long", longPress));
            return;
        }
        if (find(root, x, y, view -> view instanceof ScrollView scroll && scroll.isScrollable()) instanceof ScrollView it) {
            it.scrollBy(moved);
        }
    }

    private static int number(Map<String, Object> message, String name) {
        return message.get(name) instanceof Number value ? value.intValue() : 0;
    }

    private static View find(View view, int x, int y, Predicate<View> wanted) {
        if (view == null || !view.contains(x, y)) {
            return null;
        }
        if (view instanceof ViewGroup group) {
            for (int i = group.getChildCount() - 1; i >= 0; i--) {
                View found = find(group.getChildAt(i), x, y, wanted);
                if (found != null) {
                    return found;
                }
            }
        }
        return wanted.test(view) ? view : null;
    }

    private static EditText focused(View view) {
        if (view instanceof EditText field && field.isFocused()) {
            return field;
        }
        EditText found = null;
        if (view instanceof ViewGroup group) {
            for (int i = 0; found == null && i < group.getChildCount(); i++) {
                found = focused(group.getChildAt(i));
            }
        }
        return found;
    }

    private static void focus(View root, View target) {
        EditText old = focused(root);
        if (old != null && old != target) {
            old.setFocused(false);
        }
        target.setFocused(true);
    }
}

package com.android.internal.handset;

import android.util.DisplayMetrics;
import android.view.View;
import android.view.ViewGroup;
import android.widget.CompoundButton;
import android.widget.EditText;
import android.widget.ScrollView;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lays a view tree out on the screen and writes it as the window message's tree of nodes. */
public final class ScreenTree {
    private static final int STATUS_BAR = 84; // px
    private static final int NAVIGATION_BAR = 63; // px

    private ScreenTree() {}

    /** The whole window: system frame, content frame, and the activity's views. */
    public static Map<String, Object> of(View content) {
        DisplayMetrics screen = new DisplayMetrics();
        Rectangle window = new Rectangle(0, 0, screen.widthPixels, screen.heightPixels);
        Rectangle inner = new Rectangle(0, STATUS_BAR, screen.widthPixels, screen.heightPixels - NAVIGATION_BAR);
        content.measure(inner.right - inner.left);
        content.layout(inner.left, inner.top, inner.right, inner.bottom);
        Map<String, Object> frame = frame("android:id/content", inner, List.of(node(content, inner)));
        return frame("", window, List.of(frame));
    }

    private static Map<String, Object> frame(String id, Rectangle bounds, List<Object> children) {
        return Json.object("class", "android.widget.FrameLayout", "id", id, "text", "", "desc", "", "bounds", bounds.list(),
                "clickable", false, "enabled", true, "focusable", false, "focused", false, "scrollable", false,
                "checkable", false, "checked", false, "password", false, "long_clickable", false, "selected", false,
                "hint", "", "children", children);
    }

    private static Map<String, Object> node(View view, Rectangle clip) {
        Rectangle seen = clip.cut(view);
        TextView text = view instanceof TextView it ? it : null;
        Map<String, Object> node = Json.object(
                "class", className(view.getClass()),
                "id", view.getResourceName(),
                "text", text == null ? "" : text.getAccessibleText().toString(),
                "desc", view.getContentDescription().toString(),
                "bounds", seen.list(),
                "clickable", view.isClickable(),
                "enabled", view.isEnabled(),
                "focusable", view.isFocusable(),
                "focused", view.isFocused(),
                "scrollable", view instanceof ScrollView scroll && scroll.isScrollable(),
                "checkable", view instanceof CompoundButton,
                "checked", view instanceof CompoundButton button && button.isChecked(),
                "password", view instanceof EditText field && field.isPassword(),
                "long_clickable", view.isLongClickable(),
                "selected", view.isSelected(),
                "hint", text == null ? "" : text.getHint().toString(),
                "children", children(view, seen));
        node.put("style", style(view, text));
        return node;
    }

    /** The nearest class of the framework: what accessibility tools report for an app's own subclass. */
    private static String className(Class<?> type) {
        Class<?> known = type;
        while (!known.getName().startsWith("android.")) {
            known = known.getSuperclass();
        }
        return known.getName();
    }

    private static List<Object> children(View view, Rectangle clip) {
        List<Object> children = new ArrayList<>();
        if (view instanceof ViewGroup group) {
            for (View child : group.shown()) {
                if (!clip.cut(child).isEmpty()) {
                    children.add(node(child, clip));
                }
            }
        }
        return children;
    }

    /** Not part of any dump: how the picture of the screen is drawn. */
    private static Map<String, Object> style(View view, TextView text) {
        Map<String, Object> style = Json.object(
                "background", colour(view.getBackgroundColor()),
                "frame", List.of(view.getLeft(), view.getTop(), view.getRight(), view.getBottom()));
        if (text != null) {
            style.put("color", colour(text.getTextColor()));
            style.put("text_px", Math.round(text.getTextPixels()));
            style.put("bold", text.isBold());
            style.put("centred", text.isCentred());
            style.put("padding", text.getPadding());
        }
        return style;
    }

    private static String colour(int argb) {
        return argb == 0 ? null : String.format("#%06x", argb & 0xffffff);
    }

    private record Rectangle(int left, int top, int right, int bottom) {
        Rectangle cut(View view) {
            return new Rectangle(
                    Math.max(left, view.getLeft()),
                    Math.max(top, view.getTop()),
                    Math.min(right, view.getRight()),
                    Math.min(bottom, view.getBottom()));
        }

        boolean isEmpty() {
            return right <= left || bottom <= top;
        }

        List<Integer> list() {
            return List.of(left, top, right, bottom);
        }
    }
}

package android.widget;

import android.content.Context;
import android.view.ViewGroup;

/** Its rules are not kept: everything lies in the upper left corner. */
public class RelativeLayout extends FrameLayout {
    public static final int ALIGN_PARENT_RIGHT = 11;
    public static final int ALIGN_PARENT_TOP = 10;

    public RelativeLayout(Context context) {
        super(context);
    }

    /** Where a child would like to lie. */
    public static class LayoutParams extends ViewGroup.LayoutParams {
        public LayoutParams(int width, int height) {
            super(width, height);
        }

        public void addRule(int verb) {}

        public void setMargins(int left, int top, int right, int bottom) {}
    }
}

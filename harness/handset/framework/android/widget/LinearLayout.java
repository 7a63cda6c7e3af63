package android.widget;

import android.content.Context;
import android.view.View;
import android.view.ViewGroup;

/** Children in a row or a column. Column: each as wide as the layout. Row: equal widths. */
public class LinearLayout extends ViewGroup {
    public static final int HORIZONTAL = 0;
    public static final int VERTICAL = 1;

    /** Adds a weight (share of the height left over, in a column) and a margin below. */
    public static class LayoutParams extends ViewGroup.LayoutParams {
        public final float weight;
        public int bottomMargin;

        public LayoutParams(int width, int height) {
            this(width, height, 0);
        }

        public LayoutParams(int width, int height, float weight) {
            super(width, height);
            this.weight = weight;
        }
    }

    private int orientation = VERTICAL;

    public LinearLayout(Context context) {
        super(context);
    }

    public void setOrientation(int value) {
        orientation = value;
    }

    @Override
    public void measure(int width) {
        measuredWidth = width;
        int inner = width - 2 * padding;
        int total = 0;
        int highest = 0;
        for (View child : shown()) {
            child.measure(orientation == VERTICAL ? inner : inner / Math.max(1, shown().size()));
            total += height(child) + margin(child);
            highest = Math.max(highest, height(child));
        }
        measuredHeight = 2 * padding + (orientation == VERTICAL ? total : highest);
    }

    @Override
    public void layout(int l, int t, int r, int b) {
        super.layout(l, t, r, b);
        if (orientation == VERTICAL) {
            column();
        } else {
            row();
        }
    }

    private void column() {
        float weights = 0;
        int spare = getHeight() - 2 * padding;
        for (View child : shown()) {
            weights += weight(child);
            spare -= margin(child) + (weight(child) > 0 ? 0 : height(child));
        }
        int y = top + padding;
        for (View child : shown()) {
            int height = weight(child) > 0 ? (int) (Math.max(0, spare) * weight(child) / weights) : height(child);
            child.layout(left + padding, y, right - padding, y + height);
            y += height + margin(child);
        }
    }

    private void row() {
        int count = Math.max(1, shown().size());
        int width = (right - left - 2 * padding) / count;
        int x = left + padding;
        for (View child : shown()) {
            child.layout(x, top + padding, x + width, bottom - padding);
            x += width;
        }
    }

    private static int height(View child) {
        ViewGroup.LayoutParams params = child.getLayoutParams();
        return params != null && params.height >= 0 ? params.height : child.getMeasuredHeight();
    }

    private static float weight(View child) {
        return child.getLayoutParams() instanceof LayoutParams params ? params.weight : 0;
    }

    private static int margin(View child) {
        return child.getLayoutParams() instanceof LayoutParams params ? params.bottomMargin : 0;
    }
}

package android.widget;

import android.content.Context;
import android.view.View;
import android.view.ViewGroup;

/** Children on top of one another, each as large as the frame. */
public class FrameLayout extends ViewGroup {
    public FrameLayout(Context context) {
        super(context);
    }

    @Override
    public void measure(int width) {
        measuredWidth = width;
        measuredHeight = 0;
        for (View child : shown()) {
            child.measure(width - 2 * padding);
            measuredHeight = Math.max(measuredHeight, child.getMeasuredHeight() + 2 * padding);
        }
    }

    @Override
    public void layout(int l, int t, int r, int b) {
        super.layout(l, t, r, b);
        for (View child : shown()) {
            child.layout(l + padding, t + padding, r - padding, b - padding);
        }
    }
}

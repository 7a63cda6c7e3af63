package android.widget;

import android.content.Context;
import android.view.View;

/** One child that may be higher than the frame; a swipe moves it. */
public class ScrollView extends FrameLayout {
    private int offset;

    public ScrollView(Context context) {
        super(context);
    }

    @Override
    public void layout(int l, int t, int r, int b) {
        super.layout(l, t, r, b);
        for (View child : shown()) {
            offset = Math.max(0, Math.min(offset, child.getMeasuredHeight() - (b - t)));
            child.layout(l, t - offset, r, t - offset + Math.max(child.getMeasuredHeight(), b - t));
        }
    }

    /** True when there is something to scroll to. */
    public boolean isScrollable() {
        return !shown().isEmpty() && shown().get(0).getMeasuredHeight() > getHeight();
    }

    /** Moves the child up by some pixels (down when negative), as far as it goes. */
    public void scrollBy(int pixels) {
        offset += pixels;
        layout(left, top, right, bottom);
        invalidate();
    }
}

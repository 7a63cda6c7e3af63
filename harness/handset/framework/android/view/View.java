package android.view;

import android.app.Activity;
import android.content.Context;

/** A rectangle on the screen. Coordinates are screen pixels, already scrolled. */
public class View {
    public static final int VISIBLE = 0;
    public static final int GONE = 8;
    public static final int NO_ID = -1;

    /** Told of a tap. */
    public interface OnClickListener {
        void onClick(View view);
    }

    /** Told of a long press; true when that was the end of it. */
    public interface OnLongClickListener {
        boolean onLongClick(View view);
    }

    protected int left;
    protected int top;
    protected int right;
    protected int bottom;
    protected int measuredWidth;
    protected int measuredHeight;
    protected int padding;
    private final Context context;
    private int id = NO_ID;
    private int visibility = VISIBLE;
    private int background; // ARGB, 0 for none
    private boolean enabled = true;
    private boolean selected;
    private boolean focused;
    private CharSequence description = "";
    private final ViewTreeObserver observer = new ViewTreeObserver();
    private ViewGroup.LayoutParams params;
    private ViewGroup parent;
    private OnClickListener onClick;
    private OnLongClickListener onLongClick;

    public View(Context context) {
        this.context = context;
    }

    public final Context getContext() {
        return context;
    }

    public void setId(int value) {
        id = value;
    }

    public int getId() {
        return id;
    }

    /** {@code package:id/entry}, or "" without an id. */
    public final String getResourceName() {
        return id == NO_ID ? "" : context.getResources().getResourceName(id);
    }

    /** This view or the one below it with that id, or null. */
    public View findViewById(int wanted) {
        return id == wanted ? this : null;
    }

    public void setVisibility(int value) {
        visibility = value;
        invalidate();
    }

    public int getVisibility() {
        return visibility;
    }

    public void setEnabled(boolean value) {
        enabled = value;
        invalidate();
    }

    public boolean isEnabled() {
        return enabled;
    }

    public void setSelected(boolean value) {
        selected = value;
        invalidate();
    }

    public boolean isSelected() {
        return selected;
    }

    public void setContentDescription(CharSequence value) {
        description = value;
        invalidate();
    }

    public CharSequence getContentDescription() {
        return description;
    }

    public void setBackgroundColor(int argb) {
        background = argb;
        invalidate();
    }

    public int getBackgroundColor() {
        return background;
    }

    /** The same padding on all four sides, pixels. */
    public void setPadding(int pixels) {
        padding = pixels;
        invalidate();
    }

    public final int getPadding() {
        return padding;
    }

    public final ViewTreeObserver getViewTreeObserver() {
        return observer;
    }

    public void setLayoutParams(ViewGroup.LayoutParams value) {
        params = value;
    }

    public ViewGroup.LayoutParams getLayoutParams() {
        return params;
    }

    void setParent(ViewGroup value) {
        parent = value;
    }

    public final ViewGroup getParent() {
        return parent;
    }

    public void setOnClickListener(OnClickListener listener) {
        onClick = listener;
    }

    public void setOnLongClickListener(OnLongClickListener listener) {
        onLongClick = listener;
    }

    public boolean isClickable() {
        return onClick != null;
    }

    public boolean isLongClickable() {
        return onLongClick != null;
    }

    public boolean isFocusable() {
        return isClickable();
    }

    public boolean isFocused() {
        return focused;
    }

    /** Only text fields take the focus: the screen is in touch mode. */
    public boolean isFocusableInTouchMode() {
        return false;
    }

    public void setFocused(boolean value) {
        focused = value;
        invalidate();
    }

    /** What a tap on it does; false when nothing listens. */
    public boolean performClick() {
        if (onClick != null) {
            onClick.onClick(this);
        }
        return onClick != null;
    }

    public boolean performLongClick() {
        return onLongClick != null && onLongClick.onLongClick(this);
    }

    /** Asks for the screen to be laid out and shown anew. */
    public void invalidate() {
        if (context instanceof Activity activity) {
            activity.invalidate();
        }
    }

    /** Fits the view into a width and finds its height. */
    public void measure(int width) {
        measuredWidth = width;
        measuredHeight = 2 * padding;
    }

    public final int getMeasuredHeight() {
        return measuredHeight;
    }

    public void layout(int l, int t, int r, int b) {
        left = l;
        top = t;
        right = r;
        bottom = b;
    }

    public final int getLeft() {
        return left;
    }

    public final int getTop() {
        return top;
    }

    public final int getRight() {
        return right;
    }

    public final int getBottom() {
        return bottom;
    }

    public final int getHeight() {
        return bottom - top;
    }

    public final boolean contains(int x, int y) {
        return visibility == VISIBLE && x >= left && x < right && y >= top && y < bottom;
    }
}

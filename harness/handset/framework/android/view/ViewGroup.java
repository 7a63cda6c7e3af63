package android.view;

import android.content.Context;
import java.util.ArrayList;
import java.util.List;

/** A view made of views. */
public abstract class ViewGroup extends View {
    /** How large a child wants to be: pixels, MATCH_PARENT or WRAP_CONTENT. */
    public static class LayoutParams {
        public static final int MATCH_PARENT = -1;
        public static final int WRAP_CONTENT = -2;

        public int width;
        public int height;

        public LayoutParams(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    private final List<View> children = new ArrayList<>();

    protected ViewGroup(Context context) {
        super(context);
    }

    public void addView(View child) {
        child.setParent(this);
        children.add(child);
        invalidate();
    }

    public void addView(View child, LayoutParams params) {
        child.setLayoutParams(params);
        addView(child);
    }

    public void removeAllViews() {
        children.clear();
        invalidate();
    }

    public int getChildCount() {
        return children.size();
    }

    public View getChildAt(int index) {
        return children.get(index);
    }

    /** The children that take part in the layout. */
    public final List<View> shown() {
        List<View> shown = new ArrayList<>(children);
        shown.removeIf(child -> child.getVisibility() != VISIBLE);
        return shown;
    }

    @Override
    public View findViewById(int wanted) {
        View found = super.findViewById(wanted);
        for (int i = 0; found == null && i < children.size(); i++) {
            found = children.get(i).findViewById(wanted);
        }
        return found;
    }
}

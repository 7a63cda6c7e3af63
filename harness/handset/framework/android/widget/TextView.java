package android.widget;

import android.content.Context;
import android.util.DisplayMetrics;
import android.view.View;

/** Text, wrapped at words. */
public class TextView extends View {
    private static final float CHARACTER_WIDTH = 0.54f; // of the text size: average of the handset's font
    private static final float LINE_HEIGHT = 1.27f; // of the text size
    private CharSequence text = "";
    private CharSequence hint = "";
    private int textColor = 0xff1f2328;
    private float textPixels;
    private boolean bold;
    private boolean centred;
    protected int minHeight;

    public TextView(Context context) {
        super(context);
        setTextSize(16);
        setPadding(16);
    }

    public void setText(CharSequence value) {
        text = value == null ? "" : value;
        invalidate();
    }

    public CharSequence getText() {
        return text;
    }

    public void setHint(CharSequence value) {
        hint = value;
        invalidate();
    }

    public CharSequence getHint() {
        return hint;
    }

    /** Size in scaled pixels (sp). */
    public final void setTextSize(float sp) {
        textPixels = sp * new DisplayMetrics().scaledDensity;
    }

    public final float getTextPixels() {
        return textPixels;
    }

    public void setTextColor(int argb) {
        textColor = argb;
    }

    public int getTextColor() {
        return textColor;
    }

    public void setBold(boolean value) {
        bold = value;
    }

    public boolean isBold() {
        return bold;
    }

    public void setCentred(boolean value) {
        centred = value;
    }

    public boolean isCentred() {
        return centred;
    }

    /** What accessibility tools read: the text, or the hint of an empty field, as on Android. */
    public CharSequence getAccessibleText() {
        return text.length() == 0 ? hint : text;
    }

    @Override
    public void measure(int width) {
        measuredWidth = width;
        int perLine = Math.max(1, (int) ((width - 2 * padding) / (textPixels * CHARACTER_WIDTH)));
        int height = Math.round(lines(getAccessibleText().toString(), perLine) * textPixels * LINE_HEIGHT);
        measuredHeight = Math.max(minHeight, height + 2 * padding);
    }

    private static int lines(String text, int perLine) {
        int lines = 0;
        for (String paragraph : text.split("\n", -1)) {
            int used = 0;
            lines++;
            for (String word : paragraph.split(" ")) {
                if (used > 0 && used + 1 + word.length() > perLine) {
                    lines++;
                    used = 0;
                }
                used += word.length() + (used > 0 ? 1 : 0);
                lines += (used - 1) / perLine;
                used = used > perLine ? used % perLine : used;
            }
        }
        return lines;
    }
}

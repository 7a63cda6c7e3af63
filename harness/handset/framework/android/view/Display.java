package android.view;

import android.util.DisplayMetrics;

/** The screen. */
public final class Display {
    Display() {}

    /** All handsets have the same, which a new object already says. */
    public void getMetrics(DisplayMetrics metrics) {
        DisplayMetrics same = new DisplayMetrics();
        metrics.widthPixels = same.widthPixels;
        metrics.heightPixels = same.heightPixels;
        metrics.densityDpi = same.densityDpi;
        metrics.density = same.density;
        metrics.scaledDensity = same.scaledDensity;
        metrics.xdpi = same.xdpi;
        metrics.ydpi = same.ydpi;
    }

    public int getWidth() {
        return new DisplayMetrics().widthPixels;
    }

    public int getHeight() {
        return new DisplayMetrics().heightPixels;
    }
}

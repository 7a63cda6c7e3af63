package android.util;

/** The one screen every virtual handset has: 1080x2400 at 420 dpi. */
public class DisplayMetrics {
    public int widthPixels = 1080;
    public int heightPixels = 2400;
    public int densityDpi = 420;
    public float density = 2.625f;
    public float scaledDensity = 2.625f;
    public float xdpi = 420f;
    public float ydpi = 420f;
}

package android.content.res;

import java.util.Locale;

/** The parts of the device's configuration that apps ask for. */
public final class Configuration {
    public static final int UI_MODE_TYPE_MASK = 0x0f;
    public static final int UI_MODE_TYPE_NORMAL = 0x01;
    public static final int ORIENTATION_PORTRAIT = 1;

    public Locale locale = Locale.getDefault();
    public int uiMode = UI_MODE_TYPE_NORMAL;
    public int orientation = ORIENTATION_PORTRAIT;
}

package android.view;

/** The key codes the handset knows. */
public final class KeyEvent {
    public static final int KEYCODE_HOME = 3;
    public static final int KEYCODE_BACK = 4;
    public static final int KEYCODE_TAB = 61;
    public static final int KEYCODE_ENTER = 66;
    public static final int KEYCODE_DEL = 67;

    private KeyEvent() {}
}

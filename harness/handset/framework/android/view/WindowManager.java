package android.view;

/** Where windows are shown. */
public interface WindowManager {
    Display getDefaultDisplay();

    /** The only one there is. */
    static WindowManager ofHandset() {
        Display display = new Display();
        return () -> display;
    }
}

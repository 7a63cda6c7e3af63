package android.content;

/** Nobody answers the intent. */
public class ActivityNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ActivityNotFoundException(String message) {
        super(message);
    }
}

package android.os;

/** Another process did not answer. */
public class RemoteException extends Exception {
    private static final long serialVersionUID = 1L;

    public RemoteException(String message) {
        super(message);
    }
}

package android.os;

/** Android forbids the network on the main thread; the handset does not. */
public class NetworkOnMainThreadException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}

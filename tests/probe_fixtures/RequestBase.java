import java.io.ByteArrayOutputStream;
import java.net.URL;

class RequestBase {
    protected final URL url;
    final ByteArrayOutputStream poster = new ByteArrayOutputStream();

    RequestBase(URL url) {
        this.url = url;
    }
}

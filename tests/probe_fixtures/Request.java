import android.os.Bundle;
import java.io.ByteArrayOutputStream;
import java.net.URL;

/** A connection whose content sits in fields, some of them of its superclass. */
public class Request extends RequestBase {
    private final int retries = 3;
    private final long size = Long.MAX_VALUE;
    private Object nothing;

    Request(String address) throws Exception {
        super(new URL(address));
    }

    Answer send() {
        return new Answer();
    }

    static class Answer {
        final Bundle parameters = new Bundle();

        Answer() {
            parameters.put("event", "opened");
        }
    }

    public static void main(String[] args) throws Exception {
        Request request = new Request("https://example.com/track");
        request.poster.write("body".getBytes("US-ASCII"));
        request.send();
        Out.line("done");
    }
}

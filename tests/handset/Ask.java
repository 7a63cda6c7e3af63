import java.io.InputStream;
import java.net.URI;
import javax.net.ssl.HttpsURLConnection;

/** Posts its second argument to the address in its first, the way the trackers do, and prints the answer. */
public class Ask {
    public static void main(String[] arguments) throws Exception {
        HttpsURLConnection connection = (HttpsURLConnection) URI.create(arguments[0]).toURL().openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write(arguments[1].getBytes("UTF-8"));
        try (InputStream answer = connection.getInputStream()) {
            System.out.println(connection.getResponseCode() + " " + new String(answer.readAllBytes(), "UTF-8"));
        }
    }
}

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Three requests by OkHttp: text, a form, and one without a body. */
public class Requests {
    public static void main(String[] args) throws Exception {
        OkHttpClient client = new OkHttpClient();
        RequestBody text = RequestBody.create(MediaType.parse("application/json"), "{\"email\":\"ann@example.org\"}");
        RequestBody form = new FormBody.Builder().add("e", "ann@example.org").add("os", "Android 14").build();
        send(client, new Request.Builder().url(args[0] + "/track?v=1").header("X-Key", "abc").post(text));
        send(client, new Request.Builder().url(args[0] + "/form").put(form));
        send(client, new Request.Builder().url(args[0] + "/config"));
        line("done");
        System.exit(0);
    }

    private static void send(OkHttpClient client, Request.Builder request) throws Exception {
        try (Response response = client.newCall(request.build()).execute()) {
            line("answer " + response.code() + " " + response.body().string());
        }
    }

    private static void line(String text) throws Exception {
        Files.write(Path.of(System.getProperty("out")), (text + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

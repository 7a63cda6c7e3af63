import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** One group of the platform's own functions per call, named by the first argument. */
public class Platform {
    static final byte[] KEY = bytes("0123456789abcdef");
    static final byte[] IV = bytes("fedcba9876543210");

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "digests" -> digests();
            case "ciphers" -> ciphers();
            case "compression" -> compression();
            case "base64" -> base64();
            case "https" -> https(args[1], args[2]);
            case "stream" -> stream(args[1]);
            default -> throw new IllegalArgumentException(args[0]);
        }
        Out.line("done");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void digests() throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(bytes("given up"));
        sha.reset();
        sha.update(bytes("ann@"));
        sha.update(bytes("--example--"), 2, 7);
        sha.update((byte) '.');
        sha.update(ByteBuffer.wrap(bytes("org")));
        sha.digest();
        sha.digest(bytes("all at once"));
        sha.update(bytes("into an array"));
        sha.digest(new byte[40], 4, 32);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        mac.update(bytes("two "));
        mac.doFinal(bytes("parts"));
    }

    private static Cipher cipher(int mode) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(KEY, "AES"), new IvParameterSpec(IV));
        return cipher;
    }

    private static void ciphers() throws Exception {
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE).doFinal(bytes("{\"email\":\"ann@example.org\"}"));
        cipher(Cipher.DECRYPT_MODE).doFinal(sealed);
        Cipher parts = cipher(Cipher.ENCRYPT_MODE);
        parts.update(bytes("twenty bytes of text"));
        parts.update(bytes("--and some more, in the middle of an array--"), 2, 40);
        parts.doFinal();
        Cipher arrays = cipher(Cipher.ENCRYPT_MODE);
        byte[] out = new byte[100];
        int at = 3;
        at += arrays.update(bytes("written into an array of the app"), 0, 32, out, at);
        arrays.doFinal(bytes("-to the end-"), 1, 10, out, at);
        Cipher buffers = cipher(Cipher.ENCRYPT_MODE);
        buffers.doFinal(ByteBuffer.wrap(bytes("a buffer")), ByteBuffer.allocate(100));
    }

    private static void compression() throws Exception {
        try (OutputStream gzip = new GZIPOutputStream(new ByteArrayOutputStream())) {
            gzip.write(bytes("through "));
            gzip.write(bytes("gzip"));
        }
        try (OutputStream zlib = new DeflaterOutputStream(new ByteArrayOutputStream())) {
            zlib.write(bytes("through "));
            zlib.write(bytes("zlib"));
        }
        Deflater deflater = new Deflater();
        deflater.setInput(bytes("by a deflater"));
        deflater.finish();
        byte[] out = new byte[100];
        deflater.deflate(out);
        deflater.end();
    }

    private static void base64() {
        Base64.getEncoder().encode(bytes("bytes?>"));
        Base64.getUrlEncoder().encodeToString(bytes("text?>"));
        Base64.getEncoder().encode(bytes("into an array"), new byte[64]);
    }

    /** One request by TLS, and one digest of the app's own. */
    private static void https(String url, String trustStore) throws Exception {
        System.setProperty("javax.net.ssl.trustStore", trustStore);
        System.setProperty("javax.net.ssl.trustStoreType", "JKS");
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write(bytes("event=opened"));
        Out.line("answer " + connection.getResponseCode());
        MessageDigest.getInstance("SHA-256").digest(bytes("the app's own"));
    }

    private static void stream(String url) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setDoOutput(true);
        connection.setChunkedStreamingMode(0);
        try (OutputStream body = connection.getOutputStream()) {
            body.write(bytes("event="));
            body.write(Arrays.copyOf(bytes("opened!"), 6));
        }
        Out.line("answer " + connection.getResponseCode());
    }
}

import java.util.Random;

/** Hands on arrays of random bytes as fast as it can, then stays. */
public class Blob {
    static int give(byte[] content) {
        return content.length;
    }

    public static void main(String[] args) throws InterruptedException {
        Random random = new Random(1);
        byte[] content = new byte[Integer.parseInt(args[1])];
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
            random.nextBytes(content);
            give(content);
        }
        Out.line("done");
        Thread.sleep(60_000);
    }
}

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/** Loads Plugin through loaders of its own: once early, once more, and from eight threads at once. */
public class Late {
    public static void main(String[] args) throws Exception {
        URL[] where = {Path.of(args[0]).toUri().toURL()};
        for (int i = 0; i < 2; i++) {
            Class<?> plugin = new URLClassLoader(where, null).loadClass("Plugin");
            plugin.getMethod("run", int.class).invoke(null, i);
        }
        Class<?> caller = new URLClassLoader(where, null).loadClass("Caller");
        CountDownLatch go = new CountDownLatch(1);
        Thread[] threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            int number = 100 + t;
            threads[t] = new Thread(() -> {
                try {
                    IntConsumer call = (IntConsumer) caller.getConstructor().newInstance();
                    go.await();
                    call.accept(number);
                } catch (Exception e) {
                    Out.line("failed " + e);
                }
            });
            threads[t].start();
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        Out.line("done");
    }
}

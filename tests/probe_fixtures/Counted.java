import java.util.HashMap;
import java.util.Map;

/** Several threads call a method and keep count of it themselves, in a file that outlives them. Says `name=value`. */
public class Counted {
    static volatile int sink;
    static CountedFile file;
    static Map<String, String> said = new HashMap<>();

    static int give(String text, int number) {
        sink += text.length();
        return number;
    }

    public static void main(String[] args) throws Exception {
        for (String arg : args) {
            said.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        int count = number("threads", 8);
        file = new CountedFile(said.get("file"), count);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> file.state(3)));
        Thread[] threads = new Thread[count];
        for (int t = 0; t < count; t++) {
            int thread = t;
            threads[t] = new Thread(() -> run(thread), "worker-" + t);
        }
        file.state(1);
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Late.use();
        file.state(2);
        end(said.getOrDefault("end", "return"));
    }

    static void end(String how) throws InterruptedException {
        switch (how) {
            case "exit" -> System.exit(0);
            case "halt" -> Runtime.getRuntime().halt(0);
            case "throw" -> throw new IllegalStateException("nobody catches this");
            case "stay" -> Thread.sleep(60_000);
            default -> { }
        }
    }

    static void run(int thread) {
        try {
            call(thread, number("calls", 8), number("ms", 60_000), number("pause_us", 0));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void call(int thread, int calls, int ms, int pauseUs) throws Exception {
        CountedSleep sleep = new CountedSleep();
        String rest = "x".repeat(number("chars", 30));
        long end = System.nanoTime() + ms * 1_000_000L;
        for (int i = 0; i < calls && System.nanoTime() < end && !file.stopped(); i++) {
            String text = thread + " " + i + " " + rest;
            long asleep = sleep.asleepNs();
            long began = System.nanoTime();
            file.add(thread, CountedFile.BEFORE);
            give(text, i);
            file.add(thread, CountedFile.AFTER);
            if (i > 0) { // the first call of a thread also makes what its later ones find
                file.atLeast(thread, CountedFile.SLOWEST_NS, System.nanoTime() - began);
                file.atLeast(thread, CountedFile.ASLEEP_NS, sleep.asleepNs() - asleep);
            }
            if (pauseUs > 0) {
                Thread.sleep(pauseUs / 1000, pauseUs % 1000 * 1000);
            }
        }
    }

    /** Linked only when the calls are over: whoever listens to that must still be there, or have stopped to listen. */
    static class Late {
        static void use() {
            sink++;
        }
    }

    static int number(String name, int otherwise) {
        return Integer.parseInt(said.getOrDefault(name, String.valueOf(otherwise)));
    }
}

/** Several threads call a hooked method all the time; garbage is collected; then it ends by itself, or waits to be ended. */
public class Busy {
    static volatile long sink;

    static int tick(String text, int number) {
        sink += text.length() + number;
        return number;
    }

    public static void main(String[] args) throws Exception {
        int calls = Integer.parseInt(args[0]);
        boolean stay = args.length > 1 && args[1].equals("stay");
        int pauseMs = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> run(calls / 4, pauseMs), "worker-" + t);
            threads[t].start();
        }
        Out.line("started");
        for (Thread thread : threads) {
            thread.join();
        }
        System.gc();
        Out.line("called " + calls);
        while (stay) {
            Thread.sleep(20);
            tick("still there", 0);
            System.gc();
            Out.line("alive");
        }
    }

    static void run(int calls, int pauseMs) {
        for (int i = 0; i < calls; i++) {
            byte[] garbage = new byte[1000];
            tick("call" + garbage.length, i);
            if (pauseMs > 0) {
                try {
                    Thread.sleep(pauseMs);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }
}

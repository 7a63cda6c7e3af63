/** Eight threads use classes P0, P1 ... for the first time, each its own share of them, while garbage is collected. */
public class Storm {
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        Thread[] threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            int first = t;
            threads[t] = new Thread(() -> use(first, count));
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    static void use(int first, int count) {
        for (int i = first; i < count; i += 8) {
            try {
                ((Runnable) Class.forName("P" + i).getConstructor().newInstance()).run();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            if (i % 16 == 0) {
                System.gc();
            }
        }
    }
}

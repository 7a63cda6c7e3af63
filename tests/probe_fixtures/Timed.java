/** Says how long a call takes: for the bench, hooked in different ways. */
public class Timed {
    static volatile int sink;

    static void tick(String text) {
        sink += text.length();
    }

    public static void main(String[] args) throws Exception {
        int calls = Integer.parseInt(args[0]);
        for (int i = 0; i < calls / 4; i++) {
            tick("a warm-up value of 24 ch");
        }
        long began = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            tick("a measured text of 24 ch");
        }
        Out.line("ns " + (System.nanoTime() - began) / calls);
    }
}

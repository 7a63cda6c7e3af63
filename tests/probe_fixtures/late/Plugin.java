/** Loaded late, by another loader; calls itself while it is being initialised. */
public class Plugin {
    static {
        run(-1);
    }

    public static int run(int number) {
        return number + 1;
    }
}

import java.util.function.IntConsumer;

/** Uses Plugin as code does that was compiled against it. */
public class Caller implements IntConsumer {
    @Override
    public void accept(int number) {
        Plugin.run(number);
    }
}

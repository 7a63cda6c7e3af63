package selftest.app;

import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/** Anonymous classes and lambdas. */
public final class Makers {
    private final String mark;

    public Makers(String mark) {
        this.mark = mark;
    }

    public Callable<String> anonymous(final String given) {
        return new Callable<String>() {
            @Override
            public String call() {
                return mark + given;
            }
        };
    }

    public Supplier<String> lambda(String given) {
        return () -> mark + given;
    }

    public static Function<String, Integer> length() {
        return text -> text.length();
    }

    public String twice(Function<String, String> function, String given) {
        return function.apply(function.apply(given));
    }

    public String marked(String given) {
        return mark + given;
    }
}

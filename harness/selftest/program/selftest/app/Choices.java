package selftest.app;

import java.util.concurrent.TimeUnit;

/** Switches. */
public final class Choices {
    private Choices() {}

    public static String byEnum(TimeUnit unit) {
        switch (unit) {
            case SECONDS:
                return "s";
            case DAYS:
                return "d";
            default:
                return "other";
        }
    }

    public static String byText(String text) {
        switch (text) {
            case "Aa":
                return "first of equal hash";
            case "BB":
                return "second of equal hash";
            case "\ud800":
                return "a lone surrogate";
            default:
                return "other";
        }
    }

    public static int byChar(char unit) {
        switch (unit) {
            case '\uffff':
                return 1;
            case '\0':
                return 2;
            default:
                return 3;
        }
    }
}

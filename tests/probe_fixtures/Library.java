/** An SDK as AppsFlyer's is: an abstract face, and a class behind it that nobody can name beforehand. */
public abstract class Library {
    private static Library single;

    public static Library getInstance() {
        if (single == null) {
            single = new a1();
        }
        return single;
    }

    public abstract String start(String key);

    public String inherited(String what) {
        return what;
    }

    static final class a1 extends Library {
        @Override
        public String start(String key) {
            return "started " + key;
        }
    }

    static final class Other extends Library {
        @Override
        public String start(String key) {
            return key;
        }
    }

    public static void main(String[] args) {
        Library.getInstance().start("first");
        Library.getInstance().start("second");
        new Other().start("not asked for");
        new Other().inherited("not asked for");
        Library.getInstance().inherited("third");
        Out.line("done");
    }
}

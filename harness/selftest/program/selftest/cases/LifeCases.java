package selftest.cases;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import selftest.app.Objects;

/** Objects live as long as the app holds them, no shorter and no longer, and stay themselves. */
final class LifeCases {
    private static final int MANY = 500;
    private static final int PATIENCE = 100;

    private LifeCases() {}

    static void addTo(Cases cases) {
        cases.add("life: an argument is not kept after the call", () -> gone(argument()));
        cases.add("life: what is returned is not kept", () -> gone(new WeakReference<>(Objects.make(100))));
        cases.add("life: this is not kept", () -> gone(receiver()));
        cases.add("life: a thrown exception is not kept", () -> gone(thrown()));
        cases.add("life: 500 returned objects are all let go", LifeCases::many);
        cases.add("life: what the callee holds stays", () -> {
            Objects objects = new Objects().keep(new StringBuilder("held"));
            System.gc();
            return objects.held() + " " + objects.drop() + " " + objects.held();
        });
        cases.add("life: identityHashCode is stable", () -> {
            Object one = new Object();
            int before = System.identityHashCode(one);
            Object other = Objects.give(new Object());
            Objects.give(one);
            return (before == System.identityHashCode(one)) + " "
                + (other.hashCode() == System.identityHashCode(other));
        });
        cases.add("life: 2,000 objects keep identity under collection", LifeCases::identities);
    }

    private static WeakReference<Object> argument() {
        Object given = new Object();
        Objects.give(given);
        return new WeakReference<>(given);
    }

    private static WeakReference<Object> receiver() {
        Objects made = new Objects();
        made.keep("x").held();
        return new WeakReference<>(made);
    }

    private static WeakReference<Object> thrown() {
        Exception given = new IllegalStateException("let go");
        try {
            selftest.app.Failing.raise(given);
        } catch (Throwable caught) {
            return new WeakReference<>(caught);
        }
        return null;
    }

    private static String gone(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < PATIENCE && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(5);
        }
        return reference.get() == null ? "gone" : "still there";
    }

    private static String many() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        List<PhantomReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            references.add(new PhantomReference<>(Objects.make(1000), queue));
        }
        int gone = 0;
        for (int i = 0; i < PATIENCE && gone < MANY; i++) {
            System.gc();
            while (queue.poll() != null) {
                gone++;
            }
            Thread.sleep(5);
        }
        return gone + " of " + references.size();
    }

    private static String identities() {
        Map<Object, Integer> known = new IdentityHashMap<>();
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Object one = new Object();
            kept.add(one);
            known.put(one, i);
            if (i % 700 == 0) {
                System.gc();
            }
        }
        int right = 0;
        for (int i = 0; i < kept.size(); i++) {
            right += known.get(Objects.give(kept.get(i))) == i ? 1 : 0;
        }
        return right + " of " + kept.size();
    }
}

package selftest.cases;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import selftest.app.Shared;

/** Locks, threads and depth. */
final class ThreadCases {
    private static final int THREADS = 8;
    private static final int CALLS = 400;
    private static final long SMALL = 1 << 20;
    private static final long LARGE = 64 << 20;

    private ThreadCases() {}

    static void addTo(Cases cases) {
        cases.add("lock: synchronized static", () -> {
            return Shared.lockedStatic() + ", after " + Thread.holdsLock(Shared.class);
        });
        cases.add("lock: synchronized instance", () -> {
            Shared shared = new Shared();
            return shared.locked() + ", after " + Thread.holdsLock(shared);
        });
        cases.add("lock: let go by an exception", () -> {
            Shared shared = new Shared();
            try {
                return shared.lockedThrowing("held\0");
            } catch (IllegalStateException thrown) {
                return Seen.text(thrown.getMessage()) + ", after " + Thread.holdsLock(shared);
            }
        });
        cases.add("lock: wait and notify", ThreadCases::waited);
        cases.add("reentry: through a callback of the same thread", () -> {
            return Shared.within(() -> Shared.within(() -> Shared.mix(1, "\0", Shared.down(3))));
        });
        cases.add("reentry: from another thread meanwhile", () -> Shared.within(() -> inThread(() -> Shared.down(2))));
        cases.add("thread: ThreadLocal", () -> {
            Shared.local("main's");
            return inThread(() -> Shared.local(null)) + " " + Shared.local(null);
        });
        cases.add("thread: name, group, loader, flags", () -> Shared.thread() + "; " + inThread(Shared::thread));
        cases.add("thread: interrupted before the call", () -> inThread(() -> {
            Thread.currentThread().interrupt();
            return Shared.thread() + " " + Thread.interrupted();
        }));
        cases.add("thread: eight at once, checksum", ThreadCases::eight);
    }

    private static Object inThread(Callable<?> work) throws Exception {
        return inThread(work, 0);
    }

    /** `stack` in bytes; 0 is the runtime's own size. */
    private static Object inThread(Callable<?> work, long stack) throws Exception {
        Object[] got = new Object[1];
        Thread thread = new Thread(null, () -> {
            try {
                got[0] = work.call();
            } catch (Exception exception) {
                got[0] = exception;
            }
        }, "another", stack);
        thread.setDaemon(true);
        thread.start();
        thread.join();
        return got[0];
    }

    private static String waited() throws Exception {
        Shared shared = new Shared();
        Thread teller = new Thread(shared::tell);
        synchronized (shared) {
            teller.start();
            String word = shared.waitForWord();
            teller.join();
            return word;
        }
    }

    private static String eight() throws InterruptedException {
        AtomicLong total = new AtomicLong();
        Thread[] threads = new Thread[THREADS];
        for (int t = 0; t < THREADS; t++) {
            int seed = t;
            threads[t] = new Thread(() -> {
                long sum = seed;
                for (int i = 0; i < CALLS; i++) {
                    sum = Shared.mix(sum, "text " + i, seed);
                }
                total.addAndGet(sum);
            });
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return String.valueOf(total.get());
    }

    /** Last of all: a harness without room for it takes the app down. */
    static void addDepth(Cases cases) {
        cases.add("depth: 2,000 on a stack of 64 MB", () -> inThread(() -> Shared.down(2000), LARGE));
        cases.add("depth: two hooked methods by turns", () -> {
            return inThread(() -> Shared.even(500) + " " + Shared.odd(500), LARGE);
        });
        cases.add("depth: 400 on a stack of 1 MB", () -> inThread(() -> Shared.down(400), SMALL));
        cases.add("depth: until StackOverflowError", () -> inThread(() -> {
            try {
                return Shared.endless(0);
            } catch (StackOverflowError caught) {
                return "caught, then " + Shared.down(10);
            }
        }, SMALL));
        cases.add("limit: nested calls that a stack of 1 MB has room for", () -> Deep.reached);
    }
}

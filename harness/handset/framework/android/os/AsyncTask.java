package android.os;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Work on a thread of its own, with its beginning and its end on the main thread. */
public abstract class AsyncTask<A, P, R> {
    /** Where a task stands. */
    public enum Status {
        PENDING,
        RUNNING,
        FINISHED
    }

    private static final AtomicInteger NUMBER = new AtomicInteger();

    public static final Executor THREAD_POOL_EXECUTOR = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "AsyncTask #" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });
    public static final Executor SERIAL_EXECUTOR = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "AsyncTask serial");
        thread.setDaemon(true);
        return thread;
    });

    private final Handler main = new Handler(Looper.getMainLooper());
    private volatile Status status = Status.PENDING;
    private FutureTask<R> future;

    @SuppressWarnings("unchecked")
    protected abstract R doInBackground(A... arguments);

    protected void onPreExecute() {}

    protected void onPostExecute(R result) {}

    protected void onCancelled(R result) {
        onCancelled();
    }

    protected void onCancelled() {}

    @SuppressWarnings("unchecked")
    protected void onProgressUpdate(P... values) {}

    public final Status getStatus() {
        return status;
    }

    public final boolean isCancelled() {
        return future != null && future.isCancelled();
    }

    public final boolean cancel(boolean mayInterruptIfRunning) {
        return future != null && future.cancel(mayInterruptIfRunning);
    }

    public final R get() throws InterruptedException, ExecutionException {
        return future.get();
    }

    public final R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(timeout, unit);
    }

    @SafeVarargs
    public final AsyncTask<A, P, R> execute(A... arguments) {
        return executeOnExecutor(SERIAL_EXECUTOR, arguments);
    }

    @SafeVarargs
    public final AsyncTask<A, P, R> executeOnExecutor(Executor executor, A... arguments) {
        if (status != Status.PENDING) {
            throw new IllegalStateException("Cannot execute task: the task has already been executed");
        }
        status = Status.RUNNING;
        onPreExecute();
        Callable<R> work = () -> doInBackground(arguments);
        future = new FutureTask<>(work) {
            @Override
            protected void done() {
                main.post(AsyncTask.this::finish);
            }
        };
        executor.execute(future);
        return this;
    }

    private void finish() {
        status = Status.FINISHED;
        try {
            if (future.isCancelled()) {
                onCancelled(null);
            } else {
                onPostExecute(future.get());
            }
        } catch (InterruptedException exc) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException exc) {
            throw new IllegalStateException("An error occurred while executing doInBackground()", exc.getCause());
        }
    }
}

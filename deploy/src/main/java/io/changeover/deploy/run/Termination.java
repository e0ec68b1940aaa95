package io.changeover.deploy.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and Ctrl-C as an event: {@link #requested()} completes, and the process stays alive until {@link #close()}, or until
 * the grace period is over. Thread-safe.
 */
public final class Termination implements AutoCloseable {

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile int code;

    public Termination(Duration grace) {
        hook = new Thread(
                () -> {
                    requested.complete(null);
                    try {
                        if (!finished.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                            System.err.println(
                                    "changeover: not stopped within " + grace.toSeconds() + " s, going anyway");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    if (code != 0) {
                        // the code of a signal would hide why it had stopped
                        Runtime.getRuntime().halt(code);
                    }
                },
                "termination");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Completes when the process was asked to end. */
    public CompletableFuture<Void> requested() {
        return requested;
    }

    /** The process ends with this code, though it ends by a signal. */
    public void exitWith(int exitCode) {
        code = exitCode;
    }

    /** Lets the process end; to be called when everything is stopped. */
    @Override
    public void close() {
        finished.countDown();
        if (!requested.isDone()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ignored) {
                // the signal came in between: the hook runs and sees the latch
            }
        }
    }
}

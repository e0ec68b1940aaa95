package io.changeover.transport.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A long-running part: capture of one source, apply of one pipeline. Started once, stopped once; the owner watches
 * {@link #stopped()}.
 */
public interface Worker extends AutoCloseable {

    /** For logs and {@code status}: {@code capture legacy}, {@code apply orders}. */
    String name();

    /** Returns soon; the work goes on in threads of the worker. */
    void start();

    WorkerStatus status();

    /**
     * Completes when the worker has ended: normally after {@link #close()}, exceptionally with a {@link
     * io.changeover.transport.problem.ChangeoverException} when it had to stop. Environment errors do not end it.
     */
    CompletableFuture<Void> stopped();

    /** Names of its threads that have ended though it has not: what they did, nobody does. Empty when all is well. */
    List<String> lostThreads();

    /** Ends the work in order and waits for it, at most the grace period (10 s). Safe to call again. */
    @Override
    void close();
}

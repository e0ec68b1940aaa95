package io.changeover.transport.testing;

import io.changeover.embedded.EmbeddedMySql;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One broker and two MySQL servers (three, for rows that move between servers) for all test classes of a JVM, each started when first asked for. Thread-safe. */
public final class TestingServers implements AutoCloseable {

    /** The servers' threads are born in this group, by which {@link LeakCheck} tells them from a test's. */
    static final ThreadGroup GROUP = new ThreadGroup("testing-servers");

    private static final TestingServers SHARED = new TestingServers();
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final Deque<Runnable> closers = new ArrayDeque<>();
    private @Nullable TestingKafka kafka;
    private @Nullable TestingMySql source;
    private @Nullable TestingMySql target;
    private @Nullable TestingMySql otherTarget;

    private TestingServers() {}

    public static TestingServers shared() {
        return SHARED;
    }

    public synchronized TestingKafka kafka() {
        if (kafka == null) {
            kafka = start(TestingKafka::embedded, TestingKafka::close);
        }
        return kafka;
    }

    /** The old database, of the {@link SourceVersion} that this JVM was started for. */
    public synchronized TestingMySql source() {
        if (source == null) {
            source = start(
                    () -> new TestingMySql(EmbeddedMySql.builder()
                            .distribution(SourceVersion.distribution())
                            .start()),
                    TestingMySql::close);
        }
        return source;
    }

    /** The new database. */
    public synchronized TestingMySql target() {
        if (target == null) {
            target = start(TestingMySql::new, TestingMySql::close);
        }
        return target;
    }

    /** Another server of the new database. */
    public synchronized TestingMySql otherTarget() {
        if (otherTarget == null) {
            otherTarget = start(TestingMySql::new, TestingMySql::close);
        }
        return otherTarget;
    }

    /** A name that no other caller of this JVM gets: for pipelines, topics and groups. */
    public String freshName() {
        return "it" + PREFIXES.incrementAndGet();
    }

    /** Client connections to the servers that run. */
    synchronized List<String> clients() {
        List<String> clients = new ArrayList<>();
        if (source != null) {
            source.clients().forEach(client -> clients.add("source: " + client));
        }
        if (target != null) {
            target.clients().forEach(client -> clients.add("target: " + client));
        }
        return clients;
    }

    private <T> T start(Supplier<T> server, Consumer<T> close) {
        FutureTask<T> start = new FutureTask<>(server::get);
        new Thread(GROUP, start, "testing-servers-start").start();
        try {
            T running = start.get();
            closers.push(() -> close.accept(running));
            return running;
        } catch (ExecutionException e) {
            throw new IllegalStateException("test server not started", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a test server starts", e);
        }
    }

    @Override
    public synchronized void close() {
        kafka = null;
        source = null;
        target = null;
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}

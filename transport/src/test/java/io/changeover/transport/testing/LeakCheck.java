package io.changeover.transport.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a non-daemon thread or a connection to a shared MySQL server is left that was not there
 * before. Classes must not run in parallel with it.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

    /** What is being closed may take so long. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakCheck.class);

    private record Before(Set<Thread> threads, Set<String> clients) {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Before before = new Before(
                new HashSet<>(threads()), new HashSet<>(TestingServers.shared().clients()));
        context.getStore(NAMESPACE).put(Before.class, before);
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        Before before = context.getStore(NAMESPACE).get(Before.class, Before.class);
        if (before == null) {
            return;
        }
        long deadline = System.nanoTime() + GRACE.toNanos();
        List<String> left = left(before);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            left = left(before);
        }
        if (!left.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " left behind:\n  " + String.join("\n  ", left));
        }
    }

    private static List<String> left(Before before) {
        List<String> left = new ArrayList<>();
        for (Thread thread : threads()) {
            if (!before.threads.contains(thread)) {
                left.add("thread " + thread.getName());
            }
        }
        for (String client : TestingServers.shared().clients()) {
            if (!before.clients.contains(client)) {
                left.add(client);
            }
        }
        return left;
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon() && thread.isAlive())
                .filter(thread -> thread.getThreadGroup() != TestingServers.GROUP)
                .filter(thread -> !thread.getName().startsWith("junit-"))
                .toList();
    }
}

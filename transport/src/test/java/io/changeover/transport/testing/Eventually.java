package io.changeover.transport.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waiting for what cannot be waited on. */
public final class Eventually {

    private Eventually() {}

    /** Something that will hold; what it throws fails the test at once. */
    public interface Check {
        boolean holds() throws Exception;
    }

    /** Returns when {@code check} holds; fails with {@code what} after {@code limit}. */
    public static void eventually(Duration limit, String what, Check check) throws Exception {
        eventually(limit, () -> what, check);
    }

    /** The same with a text that is made only when it is needed. */
    public static void eventually(Duration limit, Supplier<String> what, Check check) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!check.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit + ": " + what.get() + threads());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Where our threads are, for the one who reads of it and cannot look. */
    private static String threads() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread != Thread.currentThread()
                    && Arrays.stream(stack).anyMatch(at -> at.getClassName().startsWith("io.changeover."))) {
                text.append("\n").append(thread.getName()).append(' ').append(thread.getState());
                Arrays.stream(stack).forEach(at -> text.append("\n    at ").append(at));
            }
        });
        return text.toString();
    }
}

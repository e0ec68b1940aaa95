package io.changeover.deploy.sample;

import io.changeover.transport.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The old shop's application, which goes on for ever: when its server is away it comes back with it. Confined. */
public final class SampleLoad {

    private static final Duration REPORT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final MySqlServer primary;
    private final int transactionsPerSecond;
    private final Consumer<String> say;
    private long transactions;

    public SampleLoad(MySqlServer primary, int transactionsPerSecond, Consumer<String> say) {
        this.primary = primary;
        this.transactionsPerSecond = transactionsPerSecond;
        this.say = say;
    }

    /** Writes until it is told to end. */
    public void run(CompletableFuture<Void> end) throws InterruptedException {
        while (!end.isDone()) {
            try (Connection connection = primary.connect();
                    LiveWriter writer = new LiveWriter(connection, System.nanoTime(), transactionsPerSecond)) {
                writer.start();
                write(writer, end);
            } catch (SQLException e) {
                say.accept(primary.problem(e).cause() + "; trying again");
            }
            await(end, PAUSE);
        }
    }

    private void write(LiveWriter writer, CompletableFuture<Void> end) throws SQLException, InterruptedException {
        CompletableFuture<Void> over =
                CompletableFuture.anyOf(end, writer.ended()).thenAccept(any -> {});
        long before = transactions;
        try {
            while (!await(over, REPORT)) {
                transactions = before + writer.transactions();
                say.accept(transactions + " transactions");
            }
        } finally {
            transactions = before + writer.transactions();
            writer.stop();
        }
    }

    private static boolean await(CompletableFuture<Void> event, Duration time) throws InterruptedException {
        try {
            event.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}

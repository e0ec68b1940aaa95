package io.changeover.deploy.quickstart;

import io.changeover.embedded.EmbeddedKafka;
import io.changeover.embedded.EmbeddedMySql;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The stage: an old MySQL with an offline replica, the new MySQL, and a Kafka broker, all on this machine. They go with this
 * process, however it ends, and take their files with them.
 */
final class QuickstartServers implements AutoCloseable {

    /** Of all accounts; the servers listen on 127.0.0.1 and live for minutes. */
    static final String PASSWORD = "quickstart";

    private final Executor threads = task -> {
        Thread thread = new Thread(task, "quickstart-server");
        thread.setDaemon(true);
        thread.start();
    };
    private final CompletableFuture<EmbeddedMySql> primary = CompletableFuture.supplyAsync(
            () -> EmbeddedMySql.builder().password(PASSWORD).start(), threads);
    private final CompletableFuture<EmbeddedMySql> shop = CompletableFuture.supplyAsync(
            () -> EmbeddedMySql.builder().password(PASSWORD).start(), threads);
    private final CompletableFuture<EmbeddedKafka> kafka =
            CompletableFuture.supplyAsync(EmbeddedKafka::create, threads);
    private final CompletableFuture<EmbeddedMySql> replica = primary.thenApplyAsync(
            server -> EmbeddedMySql.replicaOf(server).password(PASSWORD).start(), threads);

    /** Returns when all of them serve. */
    void await() {
        try {
            CompletableFuture.allOf(primary, shop, kafka, replica).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failed) {
                throw failed;
            }
            throw e;
        }
    }

    EmbeddedMySql primary() {
        return primary.join();
    }

    EmbeddedMySql replica() {
        return replica.join();
    }

    EmbeddedMySql shop() {
        return shop.join();
    }

    EmbeddedKafka kafka() {
        return kafka.join();
    }

    /** Stops what came up, in reverse. */
    @Override
    public void close() {
        close(started(kafka));
        close(started(shop));
        close(started(replica));
        close(started(primary));
    }

    private static <T> @Nullable T started(CompletableFuture<T> server) {
        return server.handle((running, failure) -> failure == null ? running : null)
                .join();
    }

    private static void close(@Nullable AutoCloseable server) {
        if (server == null) {
            return;
        }
        try {
            server.close();
        } catch (Exception e) {
            // the janitor of the embedded servers ends what we could not
            System.getLogger("quickstart").log(System.Logger.Level.DEBUG, "not closed: " + server, e);
        }
    }
}

package io.changeover.deploy.quickstart;

import io.changeover.deploy.output.Terminal;
import io.changeover.embedded.EmbeddedMySql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The stage after the show: everything runs on, and the visitor is told what to touch. */
final class KeptQuickstart {

    private final QuickstartServers servers;
    private final QuickstartPipeline setup;
    private final Terminal terminal;

    KeptQuickstart(QuickstartServers servers, QuickstartPipeline setup, Terminal terminal) {
        this.servers = servers;
        this.setup = setup;
        this.terminal = terminal;
    }

    /** Waits for Ctrl-C, or for a worker that ends. */
    void await(CompletableFuture<Void> cancelled, CompletableFuture<Void> ended) {
        Path file = null;
        try {
            file = Files.createTempFile("changeover-quickstart-", ".yaml");
            setup.write(file);
            print(file);
            CompletableFuture.anyOf(cancelled, ended).join();
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file", e);
        } finally {
            delete(file);
        }
    }

    private void print(Path file) {
        terminal.say("");
        terminal.say("Everything stays up until Ctrl-C. The pipeline is in " + file);
        terminal.say("  old primary   " + client(servers.primary()) + " trade");
        terminal.say("  its replica   " + client(servers.replica()) + " trade");
        terminal.say("  new database  " + client(servers.shop()) + " shop");
        terminal.say("  Kafka         " + servers.kafka().bootstrapServers());
        terminal.say("Try:");
        terminal.say("  deploy/changeover -c " + file + " status --watch");
        terminal.say("  deploy/changeover -c " + file + " plan");
        terminal.say("  change a row on the old primary, then: deploy/changeover -c " + file + " wait --for caught-up");
    }

    private static String client(EmbeddedMySql server) {
        return "mysql -h127.0.0.1 -P" + server.port() + " -u" + server.user() + " -p" + QuickstartServers.PASSWORD;
    }

    private static void delete(@org.jspecify.annotations.Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}

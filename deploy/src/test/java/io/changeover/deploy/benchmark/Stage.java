package io.changeover.deploy.benchmark;

import io.changeover.deploy.run.Preparation;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The servers: the old one with its first rows and the backlog, a broker in a process of its own, and the new one, which
 * every run gets as it was before the backlog. Confined.
 */
final class Stage implements AutoCloseable {

    private final BenchmarkSettings settings;
    private final Path directory;
    private final ChildJvm kafka;
    private final String bootstrapServers;
    private final EmbeddedMySql source;
    private final String loaded;
    private final Workload workload;
    private final long backlog;
    private final String outcome;

    Stage(BenchmarkSettings settings) throws Exception {
        this.settings = settings;
        directory = Files.createTempDirectory("changeover-benchmark");
        // a run that is interrupted leaves no gigabyte behind
        Runtime.getRuntime().addShutdownHook(new Thread(this::deleteAll, "benchmark-files"));
        kafka = ChildJvm.of(KafkaProcess.class, directory.resolve("kafka.log"))
                .options("-Xmx1g")
                .start();
        source = server().start();
        workload = new Workload(settings);
        workload.create(source);
        loaded = source.gtidExecuted();
        backlog = workload.run(source);
        outcome = Workload.fingerprint(source);
        bootstrapServers =
                kafka.awaitLogLine(KafkaProcess.READY, Duration.ofMinutes(1)).substring(KafkaProcess.READY.length());
        makeTarget();
    }

    private EmbeddedMySql.Builder server() {
        return EmbeddedMySql.builder()
                .option("innodb-buffer-pool-size", settings.pool())
                .option("innodb-redo-log-capacity", "512M");
    }

    private EmbeddedMySql target(Path place) {
        return server().option("sync-binlog", settings.syncAtCommit())
                .option("innodb-flush-log-at-trx-commit", settings.syncAtCommit())
                .directory(place)
                .start();
    }

    /** The new server with the first rows, prepared, stopped in good order. */
    private void makeTarget() throws SQLException {
        try (EmbeddedMySql target = target(directory.resolve("first"))) {
            new Workload(settings).create(target);
            new Preparation(pipeline("prepare", target.port()).definition("now"), Duration.ofMinutes(1)).execute();
        }
    }

    /** The new server as it was before the backlog; goes with its files when it is closed. */
    Target freshTarget() throws IOException {
        Path place = directory.resolve("target");
        delete(place);
        copy(directory.resolve("first"), place);
        EmbeddedMySql server = target(place);
        return new Target(server, place);
    }

    /** One run's new server. */
    record Target(EmbeddedMySql server, Path place) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            server.kill9();
            delete(place);
        }
    }

    EmbeddedMySql source() {
        return source;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Both tables from the old server to one on a port. */
    Pipeline pipeline(String name, int targetPort) {
        return new Pipeline(
                name, bootstrapServers, source.port(), targetPort, settings.partitions(), settings.readers());
    }

    /** For more after the backlog; then the tables are no longer as {@link #outcome} says. */
    Workload workload() {
        return workload;
    }

    /** GTIDs of the first rows. */
    String loaded() {
        return loaded;
    }

    /** Rows that the backlog changes. */
    long backlog() {
        return backlog;
    }

    /** All rows after the backlog. */
    long rows() {
        return Long.parseLong(
                source.value("SELECT (SELECT COUNT(*) FROM shop.orders) + (SELECT COUNT(*) FROM shop.order_items)"));
    }

    /** What {@link Workload#fingerprint} must be on the new server in the end. */
    String outcome() {
        return outcome;
    }

    /** A file for the log of a run's process. */
    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** The servers by name, without the new one. */
    Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        pids.put("source", source.pid());
        pids.put("kafka", kafka.pid());
        return pids;
    }

    @Override
    public void close() throws IOException {
        kafka.close();
        source.close();
        delete(directory);
    }

    /** At the end of the JVM, beside processes that are ending, too. */
    private void deleteAll() {
        for (int i = 0; i < 20 && Files.exists(directory); i++) {
            try {
                delete(directory);
            } catch (IOException e) {
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (Files.isRegularFile(file)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}

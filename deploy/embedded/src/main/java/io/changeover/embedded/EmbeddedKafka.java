package io.changeover.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker and controller inside this JVM, on 127.0.0.1. The only file that knows Kafka's internal classes.
 * Thread-safe.
 *
 * <p>A directory that was not given is deleted at {@link #close()} or when the JVM ends.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final int NODE = 1;

    private final Path directory;
    private final boolean scratch;
    private final int port;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private @Nullable KafkaRaftServer server;

    private EmbeddedKafka(Builder builder) {
        scratch = builder.directory == null;
        directory = builder.directory == null
                ? Directories.newScratch("kafka")
                : builder.directory.toAbsolutePath().normalize();
        port = builder.port == 0 ? FreePort.choose() : builder.port;
        int controllerPort = FreePort.choose();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE));
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        properties.put("log.dirs", directory.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("default.replication.factor", "1");
        properties.put("min.insync.replicas", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "2");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        properties.putAll(builder.properties);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Starts a broker in a directory of its own. */
    public static EmbeddedKafka create() {
        return builder().start();
    }

    /** What a broker is started with; confined to one thread. */
    public static final class Builder {

        private final Map<String, String> properties = new LinkedHashMap<>();
        private @Nullable Path directory;
        private int port;

        private Builder() {}

        /** Where the logs stay; used again as they are when there are any. Default: a folder that goes with the broker. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** Default: a free port. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** A broker property; replaces ours of the same name. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Starts the broker and returns when it serves clients. */
        public EmbeddedKafka start() {
            EmbeddedKafka kafka = new EmbeddedKafka(this);
            try {
                kafka.start();
                return kafka;
            } catch (RuntimeException e) {
                try {
                    kafka.close();
                } catch (RuntimeException suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
        }
    }

    /** Starts the broker again after {@link #stop()}, on the same port; nothing happens when it runs. */
    public synchronized void start() {
        if (server != null) {
            return;
        }
        try {
            Files.createDirectories(directory);
            if (!Files.exists(directory.resolve("meta.properties"))) {
                format();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no Kafka directory: " + directory, e);
        }
        KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server = starting;
        try {
            starting.startup();
        } catch (RuntimeException e) {
            throw new EmbeddedServerException("Kafka did not start on port " + port + ": " + e.getMessage(), e);
        }
    }

    private void format() {
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(directory.toString())
                .addDirectory(directory.toString())
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION);
        try {
            formatter.run();
        } catch (Exception e) {
            throw new EmbeddedServerException("Kafka directory not formatted: " + directory, e);
        }
    }

    /** Ends the broker in good order; its data stays. */
    public synchronized void stop() {
        if (server == null) {
            return;
        }
        server.shutdown();
        server.awaitShutdown();
        server = null;
    }

    /** Ends the broker; the directory goes too, unless it was given. May run twice. */
    @Override
    public synchronized void close() {
        stop();
        if (scratch) {
            Directories.delete(directory);
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public Path directory() {
        return directory;
    }

    @Override
    public String toString() {
        return "Kafka on " + bootstrapServers();
    }
}

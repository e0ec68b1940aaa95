package io.changeover.deploy.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.command.ChangeoverCommand;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.reconcile.CompareProgress;
import io.changeover.reconcile.FullCompare;
import io.changeover.reconcile.TableComparison;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A fresh old schema and a fresh new one on the shared servers, with a pipeline between. Confined to one thread. */
public final class TwoSchemas implements AutoCloseable {

    private static final String YAML = """
            pipeline: %s
            kafka: { bootstrap.servers: "%s" }
            topics: { partitions: 2, replication: 1 }
            sources: { legacy: { host: 127.0.0.1, port: %d, user: %s, password: "%s", tls: disabled } }
            targets:
              shop: { host: 127.0.0.1, port: %d, user: %s, password: "%s", tls: disabled }
            %stables:
            """;

    private final TestingMySql source;
    private final TestingMySql target;
    private final String oldSchema;
    private final String newSchema;
    private final Path config;
    private final TestingServers servers;
    private final String name;
    private @Nullable TestingMySql otherTarget;

    /** What a command said. */
    public record Said(int code, String out, String err) {}

    public TwoSchemas(TestingServers servers, Path folder) {
        source = servers.source();
        target = servers.target();
        oldSchema = source.freshSchema();
        newSchema = target.freshSchema();
        this.servers = servers;
        name = servers.freshName();
        config = folder.resolve(name + ".yaml");
    }

    /** The pipeline has a second server of the new schema, {@code shop2}; to be said before it is {@link #mapped}. */
    public TwoSchemas andAnotherTarget() {
        otherTarget = servers.otherTarget();
        otherTarget.execute("CREATE DATABASE " + newSchema);
        return this;
    }

    private String head() {
        String other = otherTarget == null
                ? ""
                : "  shop2: { host: 127.0.0.1, port: %d, user: %s, password: \"%s\", tls: disabled }\n"
                        .formatted(otherTarget.port(), otherTarget.user(), otherTarget.password());
        return YAML.formatted(
                name,
                servers.kafka().bootstrapServers(),
                source.port(),
                source.user(),
                source.password(),
                target.port(),
                target.user(),
                target.password(),
                other);
    }

    /** Runs statements on the old server; {@code OLD} is the schema. */
    public TwoSchemas old(String... statements) {
        for (String statement : statements) {
            source.execute(statement.replace("OLD", oldSchema));
        }
        return this;
    }

    /** Runs statements on the new server; {@code NEW} is the schema. */
    public TwoSchemas next(String... statements) {
        for (String statement : statements) {
            target.execute(statement.replace("NEW", newSchema));
        }
        return this;
    }

    /** The same on the other server of the new schema. */
    public TwoSchemas onOther(String... statements) {
        for (String statement : statements) {
            Objects.requireNonNull(otherTarget).execute(statement.replace("NEW", newSchema));
        }
        return this;
    }

    /** The pipeline's tables as YAML. */
    public TwoSchemas mapped(String tables) throws IOException {
        Files.writeString(config, head() + tables.replace("OLD", oldSchema).replace("NEW", newSchema));
        return this;
    }

    public List<List<@Nullable String>> rows(String query) {
        return target.rows(query.replace("NEW", newSchema));
    }

    public String oldSchema() {
        return oldSchema;
    }

    public PipelineDefinition pipeline() throws IOException {
        return new PipelineReader(Map.of()).parse(config.toString(), Files.readString(config));
    }

    public Said command(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-c", config.toString()));
        int code = ChangeoverCommand.line(new PrintWriter(out), new PrintWriter(err))
                .execute(line.toArray(String[]::new));
        return new Said(
                code,
                out.toString().replace(oldSchema, "OLD").replace(newSchema, "NEW"),
                err.toString().replace(oldSchema, "OLD").replace(newSchema, "NEW"));
    }

    /** Capture and apply, for which everything is prepared; the caller starts and closes them. */
    public WorkerGroup workers() throws IOException {
        Said prepared = command("prepare", "--execute");
        assertThat(prepared.code()).as(prepared.err()).isZero();
        PipelineDefinition pipeline = pipeline();
        return new WorkerGroup(List.of(new Capture(CaptureSettings.of(pipeline, "legacy")), new Apply(pipeline)));
    }

    public void awaitCaughtUp() {
        Said wait = command("wait", "--for", "caught-up", "--timeout", "90s");
        assertThat(wait.out()).as(wait.err()).isEqualTo("caught-up\n");
    }

    public void requireEqual() throws SQLException, IOException {
        PipelineDefinition pipeline = pipeline();
        List<TableComparison> compared =
                new FullCompare(new PipelineServers(pipeline), CompareProgress.SILENT).compare(pipeline);
        assertThat(compared).allSatisfy(table -> {
            assertThat(table.samples()).isEmpty();
            assertThat(table.differences()).isZero();
        });
    }

    @Override
    public void close() {
        source.execute("DROP DATABASE " + oldSchema);
        drop(target);
        if (otherTarget != null) {
            drop(otherTarget);
        }
    }

    private void drop(TestingMySql server) {
        server.execute("DROP DATABASE IF EXISTS " + newSchema, "DROP DATABASE IF EXISTS changeover");
    }
}

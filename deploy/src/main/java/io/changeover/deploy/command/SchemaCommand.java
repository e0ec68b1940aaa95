package io.changeover.deploy.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.capture.schema.SourceSchemas;
import io.changeover.capture.source.TableDdl;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.contract.MessageSchemas;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Hands consumers the messages of the topics as JSON Schemas, made of the old tables' columns as they are now. */
@Command(
        name = "schema",
        description = "The JSON Schema (2020-12) of each topic's messages, for their consumers. Always JSON.")
final class SchemaCommand extends PipelineCommand {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(
            names = "--table",
            paramLabel = "T",
            description = "Only that old table: source.schema.table; without it all tables, and the topics of DDL.")
    private @Nullable String table;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Write a file TOPIC.schema.json for each topic instead of printing them by topic.")
    private @Nullable Path dir;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        Map<String, ObjectNode> schemas =
                table == null ? all(pipeline) : of(pipeline, Pipelines.oldTable(pipeline, table));
        if (dir != null) {
            schemas.forEach((topic, schema) -> write(dir.resolve(topic + ".schema.json"), schema, terminal));
            return ExitCode.OK;
        }
        Iterator<ObjectNode> values = schemas.values().iterator();
        // one schema is printed as it is, to be piped
        terminal.out().println(text(schemas.size() == 1 ? values.next() : schemas));
        terminal.out().flush();
        return ExitCode.OK;
    }

    private static Map<String, ObjectNode> all(PipelineDefinition pipeline) {
        Map<String, ObjectNode> schemas = new TreeMap<>();
        for (SourceDefinition source : pipeline.sources()) {
            schemas.putAll(of(pipeline, source, pipeline.tablesOf(source.name())));
            String topic = pipeline.topicNames().ddl(source.name());
            schemas.put(
                    topic, new MessageSchemas(source.name(), pipeline.topics().form()).ddl(topic));
        }
        return schemas;
    }

    private static Map<String, ObjectNode> of(PipelineDefinition pipeline, TableDefinition one) {
        return of(pipeline, pipeline.source(one.sourceName()), List.of(one));
    }

    private static Map<String, ObjectNode> of(
            PipelineDefinition pipeline, SourceDefinition source, List<TableDefinition> tables) {
        Map<TableName, TableSchema> columns = columns(source, tables);
        MessageSchemas messages =
                new MessageSchemas(source.name(), pipeline.topics().form());
        Map<String, ObjectNode> schemas = new TreeMap<>();
        for (TableDefinition each : tables) {
            TableSchema schema = columns.get(each.source());
            if (schema == null) {
                throw new IllegalStateException("not read: " + each.label());
            }
            String topic = pipeline.rowTopic(each);
            schemas.put(topic, messages.rows(topic, schema));
        }
        return schemas;
    }

    private static Map<TableName, TableSchema> columns(SourceDefinition source, List<TableDefinition> tables) {
        MySqlServer server = MySqlServer.of(source.server(), "schema");
        try (Connection connection = server.require()) {
            return SourceSchemas.of(TableDdl.read(
                    connection,
                    tables.stream().map(TableDefinition::source).distinct().toList()));
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private static void write(Path file, ObjectNode schema, Terminal terminal) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text(schema) + "\n");
            terminal.say(file.toString());
        } catch (IOException e) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.USAGE,
                            "--dir " + file.getParent(),
                            "cannot be written: " + e.getMessage(),
                            "name a directory that you may write to"),
                    e);
        }
    }

    private static String text(Object schema) {
        try {
            return JSON.writeValueAsString(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema is JSON", e);
        }
    }
}

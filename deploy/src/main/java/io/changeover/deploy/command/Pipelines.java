package io.changeover.deploy.command;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.NearestName;
import io.changeover.transport.problem.Problem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the definition that a command works on. */
public final class Pipelines {

    private Pipelines() {}

    /**
     * The definition with its wildcards expanded to the tables that the sources have now.
     *
     * @param hints takes what is allowed in the file, and better done otherwise
     * @throws ChangeoverException (10, and 12 or 13 where a wildcard's source does not answer)
     */
    public static PipelineDefinition read(Path file, Map<String, String> environment, Consumer<List<Problem>> hints) {
        PipelineReader.Reading reading = new PipelineReader(environment).read(file);
        hints.accept(reading.hints());
        PipelineDefinition written = reading.definition();
        if (written.schemas().isEmpty()) {
            return written;
        }
        Map<String, List<TableName>> existing = new HashMap<>();
        for (SourceDefinition source : written.sources()) {
            boolean asked = written.schemas().stream()
                    .anyMatch(schema -> schema.sourceName().equals(source.name()));
            if (asked) {
                existing.put(source.name(), tables(MySqlServer.of(source.server(), "definition")));
            }
        }
        return written.expand(existing);
    }

    /**
     * The entry that somebody names.
     *
     * @param label {@code source.schema.table}, or {@code source.schema.table/part}
     * @throws ChangeoverException (10) when the pipeline has no such entry
     */
    static TableDefinition table(PipelineDefinition pipeline, String label) {
        return pipeline.tables().stream()
                .filter(entry -> entry.label().equals(label))
                .findFirst()
                .orElseThrow(() -> unknown(pipeline, label));
    }

    /**
     * What somebody names: one part, or an old table with all its parts.
     *
     * @throws ChangeoverException (10) when the pipeline has nothing of that name
     */
    static List<TableDefinition> tables(PipelineDefinition pipeline, String label) {
        List<TableDefinition> named = pipeline.tables().stream()
                .filter(entry ->
                        entry.label().equals(label) || entry.sourceLabel().equals(label))
                .toList();
        if (named.isEmpty()) {
            throw unknown(pipeline, label);
        }
        return named;
    }

    /**
     * For what concerns only the old table: any of its parts.
     *
     * @throws ChangeoverException (10) when the pipeline has no such table
     */
    static TableDefinition oldTable(PipelineDefinition pipeline, String label) {
        return tables(pipeline, label).get(0);
    }

    private static ChangeoverException unknown(PipelineDefinition pipeline, String label) {
        List<String> labels =
                pipeline.tables().stream().map(TableDefinition::label).toList();
        List<String> parts = pipeline.tables().stream()
                .filter(entry -> entry.sourceLabel().equals(label))
                .map(TableDefinition::label)
                .toList();
        return new ChangeoverException(new Problem(
                ExitCode.CONFIG,
                "--table " + label,
                parts.isEmpty()
                        ? "the pipeline has no such table" + NearestName.hint(label, labels)
                        : "the table is split into " + String.join(", ", parts),
                parts.isEmpty()
                        ? "name it as source.schema.table, a part of one that is split as source.schema.table/part"
                        : "name one of them"));
    }

    /**
     * The source that somebody names.
     *
     * @param asked null where nothing was named, which does where there is one only
     * @throws ChangeoverException (2) when that is no source, or not enough to tell
     */
    static String source(PipelineDefinition pipeline, @Nullable String asked) {
        List<String> names =
                pipeline.sources().stream().map(SourceDefinition::name).toList();
        if (asked == null && names.size() == 1) {
            return names.get(0);
        }
        if (asked == null || !names.contains(asked)) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE,
                    "--source",
                    asked == null ? "the pipeline has several sources" : "no source is named " + asked,
                    "name one of " + names + (asked == null ? "" : NearestName.hint(asked, names))));
        }
        return asked;
    }

    private static List<TableName> tables(MySqlServer server) {
        List<TableName> tables = new ArrayList<>();
        try (Connection connection = server.require();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'")) {
            while (rows.next()) {
                tables.add(new TableName(rows.getString(1), rows.getString(2)));
            }
            return tables;
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }
}

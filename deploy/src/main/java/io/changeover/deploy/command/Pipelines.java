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
import java.util.function.Predicate;
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
     * The table that somebody names; of one that is split, the part.
     *
     * @param label {@code source.schema.table}, or {@code source.schema.table/part}
     * @throws ChangeoverException (10) when the pipeline has no such table
     */
    static TableDefinition table(PipelineDefinition pipeline, String label) {
        return table(pipeline, label, definition -> definition.label().equals(label));
    }

    /**
     * The same, for what concerns only the old table: of one that is split, any part.
     *
     * @throws ChangeoverException (10) when the pipeline has no such table
     */
    static TableDefinition oldTable(PipelineDefinition pipeline, String label) {
        return table(
                pipeline,
                label,
                definition -> definition.label().equals(label)
                        || definition.sourceLabel().equals(label));
    }

    private static TableDefinition table(
            PipelineDefinition pipeline, String label, Predicate<TableDefinition> isMeant) {
        List<String> labels =
                pipeline.tables().stream().map(TableDefinition::label).toList();
        return pipeline.tables().stream()
                .filter(isMeant)
                .findFirst()
                .orElseThrow(() -> new ChangeoverException(new Problem(
                        ExitCode.CONFIG,
                        "--table " + label,
                        "the pipeline has no such table" + NearestName.hint(label, labels),
                        "name it as source.schema.table, a part of one that is split as source.schema.table/part")));
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

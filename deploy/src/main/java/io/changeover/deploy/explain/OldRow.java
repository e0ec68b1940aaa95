package io.changeover.deploy.explain;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.changeover.deploy.explain.RowExplanation.Source;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The row on the old server.
 *
 * @param key the message's, in the order of the primary key
 */
record OldRow(String key, Source told) {

    static OldRow look(
            PipelineDefinition pipeline, TableDefinition table, Map<String, String> columns, Duration timeout) {
        MySqlServer server = MySqlServer.of(pipeline.source(table.sourceName()).server(), "explain");
        Progress published = ProgressTopic.readLatest(
                pipeline.kafka().properties(), pipeline.topicNames().progress(table.sourceName()), timeout);
        try (Connection connection = server.connect()) {
            List<String> key = keyColumns(connection, table.source());
            if (!key.isEmpty() && !columns.keySet().equals(Set.copyOf(key))) {
                throw new ChangeoverException(new Problem(
                        ExitCode.USAGE,
                        "--key",
                        "the primary key of " + table.source() + " is " + key + ", not " + columns.keySet(),
                        "name exactly its columns"));
            }
            long unpublished = published.position().isEmpty()
                    ? -1
                    : GtidState.read(connection)
                            .executed()
                            .minus(published
                                    .position()
                                    .map(SourcePosition::completed)
                                    .orElseThrow())
                            .size();
            return new OldRow(
                    json(key, columns),
                    new Source(exists(connection, table.source(), key, columns), unpublished, null));
        } catch (SQLException e) {
            return new OldRow(
                    json(List.copyOf(columns.keySet()), columns),
                    new Source(null, -1, server.problem(e).cause()));
        }
    }

    private static List<String> keyColumns(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX")) {
            query.setString(1, table.schema());
            query.setString(2, table.table());
            List<String> columns = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    columns.add(row.getString(1));
                }
            }
            return columns;
        }
    }

    private static boolean exists(Connection connection, TableName table, List<String> key, Map<String, String> columns)
            throws SQLException {
        String where =
                key.stream().map(column -> TableName.quote(column) + " = ?").collect(Collectors.joining(" AND "));
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM " + table.quoted() + " WHERE " + where)) {
            for (int i = 0; i < key.size(); i++) {
                query.setString(i + 1, columns.get(key.get(i)));
            }
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private static String json(List<String> key, Map<String, String> columns) {
        return key.stream()
                .map(column -> quoted(column) + ":" + quoted(columns.getOrDefault(column, "")))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }
}

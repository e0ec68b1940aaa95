package io.changeover.deploy.trial;

import io.changeover.apply.target.MetadataSchema;
import io.changeover.apply.target.TargetSession;
import io.changeover.apply.target.TargetTable;
import io.changeover.apply.target.TrialTable;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The trial tables of all places of a new table, each on its own server. Confined to one thread. */
final class TrialPlaces implements AutoCloseable {

    private final Map<String, TargetSession> sessions = new HashMap<>();
    private final Map<Integer, TrialTable> tables = new HashMap<>();
    private final Map<Integer, TargetTable> shapes = new HashMap<>();

    /** @throws ChangeoverException (10, 11, 12, 13) when a place is not there, or a server is not prepared */
    static TrialPlaces open(PipelineDefinition pipeline, TableDefinition table) {
        TrialPlaces places = new TrialPlaces();
        try {
            for (Destination place : table.destinations()) {
                places.add(pipeline, place);
            }
            return places;
        } catch (RuntimeException e) {
            places.close();
            throw e;
        }
    }

    private void add(PipelineDefinition pipeline, Destination place) {
        MySqlServer server = MySqlServer.of(pipeline.target(place.targetName()).server(), "plan");
        try (Connection connection = server.require()) {
            requirePrepared(connection, place.targetName());
            TargetTable shape = TargetTable.read(connection, place.table())
                    .orElseThrow(() -> new ChangeoverException(new Problem(
                            ExitCode.CONFIG,
                            "target " + place.targetName(),
                            "the new table " + place.table() + " does not exist",
                            "create it, or correct `target`")));
            TargetSession session = sessions.get(place.targetName());
            if (session == null) {
                session = TargetSession.open(server);
                sessions.put(place.targetName(), session);
            }
            shapes.put(place.shard(), shape);
            tables.put(place.shard(), new TrialTable(session, shape, place.shard()));
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private static void requirePrepared(Connection connection, String target) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE"
                        + " SCHEMA_NAME = '" + MetadataSchema.SCHEMA + "'")) {
            row.next();
            if (row.getInt(1) == 0) {
                throw new ChangeoverException(new Problem(
                        ExitCode.PREFLIGHT,
                        "target " + target,
                        "there is no schema `" + MetadataSchema.SCHEMA + "`, in which temporary tables are made",
                        "`changeover prepare --execute`"));
            }
        }
    }

    TrialTable at(int shard) {
        return Objects.requireNonNull(tables.get(shard), "place");
    }

    /** The new table, of which all places have the shape. */
    TargetTable table() {
        return Objects.requireNonNull(shapes.get(0), "first place");
    }

    @Override
    public void close() {
        sessions.values().forEach(TargetSession::close);
    }
}

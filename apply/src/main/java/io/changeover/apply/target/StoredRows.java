package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.apply.mapping.RowMapper;
import io.changeover.apply.mapping.RowMapper.Mapped;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.LiveVersions.Look;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one new table, and what is remembered beside it, knows of the rows that messages are about. Reads without locks, so
 * that it disturbs nobody; what it tells may be out of date when it is told. Confined to one thread.
 */
public final class StoredRows implements AutoCloseable {

    /**
     * One message and its row.
     *
     * @param mapped what the mapping of now makes of the message
     * @param live version of the row that is there; null when none is
     * @param tombstone of the message's source
     * @param waiting the image of the message's source that is held, in collision or parked
     */
    public record Found(
            Mapped mapped,
            @Nullable Version live,
            @Nullable Buried tombstone,
            @Nullable Waits waiting) {

        /** Whether {@code version} is newer than everything that its own source brought before. */
        public boolean isNews(Version version) {
            return isBefore(live, version)
                    && isBefore(tombstone == null ? null : tombstone.version(), version)
                    && isBefore(waiting == null ? null : waiting.version(), version);
        }

        private static boolean isBefore(@Nullable Version stored, Version version) {
            return stored == null || !stored.sameSource(version) || version.isAfter(stored);
        }
    }

    /** A delete that is remembered, and the message that brought it. */
    public record Buried(Version version, String place) {}

    /** An image beside the table. */
    public record Waits(Version version, String kind, String reason, String place) {}

    private final TargetSession session;
    private final TargetPlace place;
    private final LiveVersions versions;
    private final int remembered;
    private final RowMapper mapper;
    private final KeyIdentities identities;

    /** @param remembered number under which tombstones and images that wait are kept, for all places of a table */
    private StoredRows(
            TargetSession session, TargetPlace place, LiveVersions versions, int remembered, RowMapper mapper) {
        this.session = session;
        this.place = place;
        this.versions = versions;
        this.remembered = remembered;
        this.mapper = mapper;
        this.identities = new KeyIdentities(place.table().key());
    }

    /**
     * Opens a session.
     *
     * @throws ChangeoverException (12, 13) when the server refuses or does not answer, (17) when the table is not there, or
     *     without its version column
     */
    public static StoredRows open(TargetAccess access, TableDefinition definition, Destination destination) {
        MySqlServer server = access.server();
        try {
            TargetSession session = TargetSession.open(server);
            try {
                TargetTable table = TargetTable.read(session.connection(), destination.table())
                        .filter(access::isReady)
                        .orElseThrow(() -> new ChangeoverException(new Problem(
                                ExitCode.SCHEMA_DRIFT,
                                destination.targetName() + "." + destination.table(),
                                "the new table, or its column " + MetadataSchema.VERSION_COLUMN + ", is not there",
                                "`changeover prepare --execute` makes the column")));
                int id = OpenTarget.findId(session, definition.target()); // 0, of which nothing is remembered
                return new StoredRows(
                        session,
                        new TargetPlace(destination.shard(), table),
                        access.versions(session, id),
                        id,
                        new RowMapper(definition, table, server));
            } catch (SQLException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    /** For each message, in order; all of one source table and decoded. */
    public List<Found> of(List<Received> messages) throws SQLException {
        if (messages.isEmpty()) {
            return List.of();
        }
        List<Mapped> mapped = mapper.map(messages);
        List<RowKey> rows = identities
                .of(session, mapped.stream().map(Mapped::key).toList())
                .stream()
                .map(row -> row.at(place.number()))
                .toList();
        int source = mapped.get(0).version().source();
        Map<RowKey, Version> live = versions.of(place, rows, Look.PASSING);
        Map<RowKey, Buried> buried = buried(rows, source);
        Map<RowKey, Waits> waiting = waiting(rows, source);
        session.connection().rollback(); // the next look sees the rows of then
        List<Found> found = new ArrayList<>(mapped.size());
        for (int i = 0; i < mapped.size(); i++) {
            RowKey row = rows.get(i);
            found.add(new Found(mapped.get(i), live.get(row), buried.get(row), waiting.get(row)));
        }
        return found;
    }

    private Map<RowKey, Buried> buried(List<RowKey> rows, int source) throws SQLException {
        return FoundKeys.read(
                remembered("tombstone", "t.version, " + PLACE, rows, source),
                rows,
                row -> new Buried(Version.fromBytes(row.getBytes(2)), row.getString(3)));
    }

    private Map<RowKey, Waits> waiting(List<RowKey> rows, int source) throws SQLException {
        return FoundKeys.read(
                remembered("deferred", "t.version, " + PLACE + ", t.kind, t.reason", rows, source),
                rows,
                row -> new Waits(
                        Version.fromBytes(row.getBytes(2)), row.getString(4), row.getString(5), row.getString(3)));
    }

    private static final String PLACE = "CONCAT(t.topic, '-', t.`partition`, '@', t.`offset`)";

    private PreparedStatement remembered(String kept, String columns, List<RowKey> rows, int source)
            throws SQLException {
        PreparedStatement query = session.prepare("SELECT q.n, " + columns + " FROM " + KeyHash.remembered(kept));
        KeyHash.bind(query, rows, remembered, source);
        return query;
    }

    @Override
    public void close() {
        mapper.close();
        session.close();
    }
}

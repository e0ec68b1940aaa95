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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one new table, and what is remembered beside it, knows of the rows that messages are about. Reads without locks, so
 * that it disturbs nobody; what it tells may be out of date when it is told. Confined to one thread.
 */
public final class StoredRows implements AutoCloseable {

    /**
     * One message and its row in one place. Of a row that may be in several places, each tells its own part; deletes and images
     * that wait are told by every place of the server that remembers them.
     *
     * @param place its number
     * @param mapped what the mapping of now makes of the message
     * @param live version of the row that is there; null when none is
     * @param tombstone of the message's source
     * @param waiting the image of the message's source that is held, in collision or parked
     */
    public record Found(
            int place,
            Mapped mapped,
            @Nullable Version live,
            @Nullable Buried tombstone,
            @Nullable Waits waiting) {

        /** Whether the mapping puts the row here. */
        public boolean isWanted() {
            return mapped.image() != null && mapped.place() == place;
        }

        /** Whether the row that is there is another source's; version {@code 0} is nobody's. */
        public boolean isForeign() {
            return live != null && live.source() != 0 && !live.sameSource(mapped.version());
        }

        /** Whether the row that is there has the message, or something newer of its source. */
        public boolean hasRow() {
            return isAtOrAfter(live);
        }

        /** Whether the message cannot change the row in any place: it came to something newer of its source, or waits already. */
        public boolean isOvertaken() {
            return isAfter(live) || (tombstone != null && isAfter(tombstone.version())) || isWaiting();
        }

        /** Whether the message, or something newer of its source, waits on the server. */
        public boolean isWaiting() {
            return waiting != null && isAtOrAfter(waiting.version());
        }

        /** Whether the server remembers the message, or something newer of its source, as a delete. */
        public boolean isBuried() {
            return tombstone != null && isAtOrAfter(tombstone.version());
        }

        /** Whether the message would write or delete the row here, where nothing has overtaken it in any place. */
        public boolean wouldChange() {
            if (isWanted()) {
                return Objects.requireNonNull(mapped.image()).refusal() == null && !hasRow();
            }
            boolean goes = mapped.image() == null
                    || (mapped.scattered() && mapped.image().refusal() == null);
            return goes && live != null && !isForeign();
        }

        private boolean isAfter(@Nullable Version stored) {
            return stored != null && stored.sameSource(mapped.version()) && stored.isAfter(mapped.version());
        }

        private boolean isAtOrAfter(@Nullable Version stored) {
            return stored != null && stored.sameSource(mapped.version()) && stored.isAtOrAfter(mapped.version());
        }
    }

    /** A delete that is remembered, and the message that brought it. */
    public record Buried(Version version, String place) {}

    /** An image beside the table. */
    public record Waits(Version version, String kind, String reason, String place) {}

    private final MySqlServer server;
    private final TargetSession session;
    private final TargetPlace place;
    private final LiveVersions versions;
    private final int remembered;
    private final RowMapper mapper;
    private final KeyIdentities identities;

    /** @param remembered number under which tombstones and images that wait are kept, for all places of a table */
    private StoredRows(
            MySqlServer server,
            TargetSession session,
            TargetPlace place,
            LiveVersions versions,
            int remembered,
            RowMapper mapper) {
        this.server = server;
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
                        server,
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

    /**
     * For each message, in order; all of one source table and decoded.
     *
     * @throws ChangeoverException when the server refuses or does not answer
     */
    public List<Found> of(List<Received> messages) {
        try {
            return messages.isEmpty() ? List.of() : found(messages);
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private List<Found> found(List<Received> messages) throws SQLException {
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
            found.add(new Found(place.number(), mapped.get(i), live.get(row), buried.get(row), waiting.get(row)));
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

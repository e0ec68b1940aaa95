package io.changeover.apply.target;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Refusal;
import io.changeover.apply.guard.Refusal.Cause;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Write;
import io.changeover.transport.mysql.SqlFailure;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in multi-row statements: plain inserts, and updates that find their rows by primary key. (ON DUPLICATE KEY
 * UPDATE was no faster, and acts on any unique key.) A statement that the database refuses had no effect; it is halved until the bad rows
 * stand alone. Confined to its session's thread.
 */
final class RowWriter {

    private static final int MAX_ROWS = 512;
    private static final long MAX_BYTES = 4L << 20;

    /** One order in which every transaction takes its row locks; for numbers the order of the index. */
    static final Comparator<RowKey> KEY_ORDER =
            Comparator.<RowKey>comparingInt(key -> key.identity().length()).thenComparing(RowKey::identity);

    /** Finds which of some keys have a row, for updates that met too few. */
    interface Presence {
        Set<RowKey> present(List<RowKey> keys) throws SQLException;
    }

    private enum Way {
        INSERT,
        UPDATE,
        UPDATE_BY_NUMBER
    }

    private final TargetSession session;
    private final TargetTable table;
    private final KeyTable keys;
    private final LiveVersions versions;
    private final Presence presence;
    private final boolean careful;
    private final Map<RowLayout, RowStatements> statements = new HashMap<>();

    /** @param careful with a savepoint before each statement, to take back one that warned */
    RowWriter(TargetSession session, TargetPlace place, LiveVersions versions, Presence presence, boolean careful) {
        this.session = session;
        this.table = place.table();
        this.keys = place.keys();
        this.versions = versions;
        this.presence = presence;
        this.careful = careful;
    }

    List<Refusal<MappedRow>> write(List<Write<MappedRow>> writes) throws SQLException {
        List<Refusal<MappedRow>> refusals = new ArrayList<>();
        // updates first: they let go of unique values that inserts may take
        Map<RowLayout, List<Write<MappedRow>>> updates = new LinkedHashMap<>();
        Map<RowLayout, List<Write<MappedRow>>> inserts = new LinkedHashMap<>();
        for (Write<MappedRow> write : writes) {
            MappedRow row = image(write);
            if (row.refusal() != null) {
                refusals.add(new Refusal<>(write, Cause.BAD_DATA, row.refusal()));
            } else {
                (write.exists() ? updates : inserts)
                        .computeIfAbsent(row.layout(), layout -> new ArrayList<>())
                        .add(write);
            }
        }
        for (List<Write<MappedRow>> group : updates.values()) {
            boolean numbers = group.stream()
                    .allMatch(write -> keys.isNumber(write.change().key()));
            writeAll(numbers ? Way.UPDATE_BY_NUMBER : Way.UPDATE, group, refusals);
        }
        for (List<Write<MappedRow>> group : inserts.values()) {
            writeAll(Way.INSERT, group, refusals);
        }
        return refusals;
    }

    private void writeAll(Way way, List<Write<MappedRow>> group, List<Refusal<MappedRow>> refusals)
            throws SQLException {
        group.sort(Comparator.comparing(write -> write.change().key(), KEY_ORDER));
        long limit = Math.min(MAX_BYTES, session.maxPacket() / 4);
        int from = 0;
        while (from < group.size()) {
            long bytes = 0;
            int to = from;
            while (to < group.size() && to - from < MAX_ROWS && (to == from || bytes < limit)) {
                bytes += image(group.get(to)).statementBytes();
                to++;
            }
            // few sizes, so that the texts are few: whole powers of two
            int rows = Integer.highestOneBit(to - from);
            writeChunk(way, group.subList(from, from + rows), refusals);
            from += rows;
        }
    }

    private void writeChunk(Way way, List<Write<MappedRow>> chunk, List<Refusal<MappedRow>> refusals)
            throws SQLException {
        @Nullable SqlFailure failure;
        try {
            failure = execute(way, chunk);
        } catch (SQLException e) {
            failure = SqlFailure.of(e);
            switch (failure.kind()) {
                case DATA, DUPLICATE_KEY -> {}
                case UNREACHABLE, BUSY, DENIED, SCHEMA, OTHER -> throw e;
            }
        }
        if (failure == null) {
            return;
        }
        if (chunk.size() > 1) {
            writeChunk(way, chunk.subList(0, chunk.size() / 2), refusals);
            writeChunk(way, chunk.subList(chunk.size() / 2, chunk.size()), refusals);
            return;
        }
        boolean duplicate = failure.kind() == SqlFailure.Kind.DUPLICATE_KEY;
        if (duplicate
                && failure.index(table.name().table()).filter("PRIMARY"::equals).isPresent()) {
            // someone else's row came between our look and our insert; only a new look can tell what it is
            throw new TryAgain("a row of a key to insert is there", careful);
        }
        refusals.add(new Refusal<>(chunk.get(0), duplicate ? Cause.UNIQUE_CONFLICT : Cause.BAD_DATA, failure.text()));
    }

    /** Null when the chunk is written; what is wrong with the data when it was taken back. */
    private @Nullable SqlFailure execute(Way way, List<Write<MappedRow>> chunk) throws SQLException {
        if (careful) {
            session.execute("SAVEPOINT before_write");
        }
        PreparedStatement statement = prepare(way, image(chunk.get(0)).layout(), chunk.size());
        bind(statement, way, chunk);
        int met = statement.executeUpdate();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            SqlFailure failure = SqlFailure.of(warning);
            if (failure.kind() == SqlFailure.Kind.DATA) {
                if (!careful) {
                    throw new TryAgain(failure.message(), true);
                }
                session.execute("ROLLBACK TO SAVEPOINT before_write");
                return failure;
            }
        }
        if (way != Way.INSERT && met < chunk.size()) {
            return insertAbsent(chunk, met);
        }
        return null;
    }

    private void bind(PreparedStatement statement, Way way, List<Write<MappedRow>> chunk) throws SQLException {
        int next = 1;
        if (way == Way.UPDATE) {
            statement.setString(next++, keys.json(keysOf(chunk)));
        }
        for (Write<MappedRow> write : chunk) {
            if (way == Way.UPDATE_BY_NUMBER) {
                TargetSession.bind(
                        statement, next++, KeyTable.number(write.change().key()));
            }
            for (Object value : image(write).values()) {
                TargetSession.bind(statement, next++, value);
            }
            if (versions.isColumn()) {
                statement.setBytes(next++, write.change().version().toBytes());
            }
        }
        if (way == Way.UPDATE_BY_NUMBER) {
            for (Write<MappedRow> write : chunk) {
                TargetSession.bind(
                        statement, next++, KeyTable.number(write.change().key()));
            }
        }
    }

    private @Nullable SqlFailure insertAbsent(List<Write<MappedRow>> chunk, int met) throws SQLException {
        Set<RowKey> present = presence.present(keysOf(chunk));
        int written = met;
        for (Write<MappedRow> write : chunk) {
            if (!present.contains(write.change().key())) {
                SqlFailure failure = execute(Way.INSERT, List.of(write));
                if (failure != null) {
                    return failure;
                }
                written++;
            }
        }
        if (written < chunk.size()) {
            // rows that are there and locked by us were not met: their changes would be lost in silence
            throw new IllegalStateException("an update of " + chunk.size() + " rows of " + table.name() + " met " + met
                    + ", and only " + (written - met) + " of them are absent");
        }
        return null;
    }

    private PreparedStatement prepare(Way way, RowLayout layout, int rows) throws SQLException {
        RowStatements texts = statements.computeIfAbsent(
                layout, made -> new RowStatements(made, table.name(), keys, versions.isColumn()));
        return session.prepare(
                switch (way) {
                    case INSERT -> texts.insert(rows);
                    case UPDATE -> texts.update(rows);
                    case UPDATE_BY_NUMBER -> texts.updateByNumber(rows);
                });
    }

    private static List<RowKey> keysOf(List<Write<MappedRow>> chunk) {
        return chunk.stream().map(write -> write.change().key()).toList();
    }

    static MappedRow image(Write<MappedRow> write) {
        return image(write.change());
    }

    static MappedRow image(Change<MappedRow> change) {
        return Objects.requireNonNull(change.image());
    }
}

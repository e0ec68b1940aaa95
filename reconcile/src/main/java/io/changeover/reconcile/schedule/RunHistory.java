package io.changeover.reconcile.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The comparisons of a pipeline, kept on its first target: the newest ones of each table. All times are of that server's
 * clock, whichever machine compared. Thread-safe.
 */
public final class RunHistory {

    /** One that was cut longer ago begins anew: too much may have become of what it has compared. */
    private static final String FRESH = "changed_at > NOW(6) - INTERVAL 10 MINUTE";

    /** Ten days at the usual pace, and some hundred kilobytes of a table that is right. */
    private static final int RUNS = 1000;

    /** A hundred reasons are no more help than ten, and some have a row's key in them. */
    private static final int REMARKS = 100;

    private static final int REMARK_LENGTH = 2000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String NEWEST =
            "SELECT MAX(id) FROM `changeover`.`reconcile_run` WHERE pipeline = ? GROUP BY table_label";

    private static final String MICROS_STARTED = "CAST(UNIX_TIMESTAMP(started_at) * 1000000 AS UNSIGNED)";
    private static final String MICROS_ENDED = "CAST(UNIX_TIMESTAMP(ended_at) * 1000000 AS UNSIGNED)";

    /**
     * When each table was compared last.
     *
     * @param failed those that could not be
     * @param cut the new tables that were being compared a short time ago
     */
    record Starts(Instant now, Map<String, Instant> of, Set<String> failed, Set<String> cut) {}

    /**
     * A comparison that was cut, or is under way.
     *
     * @param state to be understood by who goes on with it
     */
    record CutScan(Instant started, String state) {}

    /**
     * The newest runs of a table, all in a row, that found nothing, not even something that was mended.
     *
     * @param since when the first of them began
     */
    public record Clean(Instant since, int runs) {}

    private final MySqlServer server;
    private final String pipeline;
    private final int most;

    /** @param most runs that are kept of each table */
    RunHistory(MySqlServer server, String pipeline, int most) {
        this.server = server;
        this.pipeline = pipeline;
        this.most = most;
    }

    public static RunHistory of(PipelineDefinition pipeline) {
        return new RunHistory(
                MySqlServer.of(pipeline.targets().get(0).server(), "reconcile " + pipeline.name()),
                pipeline.name(),
                RUNS);
    }

    /** What an exception of these methods means. */
    public Problem problem(SQLException e) {
        return server.problem(e);
    }

    /** To be asked before a comparison begins, for {@link #add}. */
    public Instant now() throws SQLException {
        try (Connection connection = server.connect()) {
            return now(connection);
        }
    }

    private static Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)")) {
            row.next();
            return instant(row.getLong(1));
        }
    }

    /** Keeps what a comparison that has just ended says of its tables, all or nothing, and forgets what is too old. */
    public void add(Instant started, List<TableReport> reports) throws SQLException {
        try (Connection connection = server.connect()) {
            try {
                addAll(connection, started, reports);
            } catch (SQLException e) {
                if (!isMissing(e)) {
                    throw e;
                }
                connection.rollback();
                HistorySchema.create(connection);
                addAll(connection, started, reports);
            }
        }
    }

    private void addAll(Connection connection, Instant started, List<TableReport> reports) throws SQLException {
        connection.setAutoCommit(false);
        for (TableReport report : reports) {
            long run = insert(connection, started, report);
            insertDifferences(connection, run, report.samples());
            forget(connection, report.table());
            if (report.complete()) {
                forgetScan(connection, report.target());
            }
        }
        connection.commit();
    }

    private long insert(Connection connection, Instant started, TableReport report) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO `changeover`.`reconcile_run` (pipeline, table_label, target, started_at, verdict, old_rows,"
                        + " new_rows, missing, extra, stale, altered, mended, undecided, complete, remarks)"
                        + " VALUES (?, ?, ?, FROM_UNIXTIME(? * 0.000001), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, pipeline);
            insert.setString(2, report.table());
            insert.setString(3, report.target());
            insert.setLong(4, micros(started));
            insert.setString(5, report.verdict().toString());
            insert.setLong(6, report.sourceRows());
            insert.setLong(7, report.targetRows());
            insert.setLong(8, count(report, Kind.MISSING));
            insert.setLong(9, count(report, Kind.EXTRA));
            insert.setLong(10, count(report, Kind.STALE));
            // one that is not told from a stale one counts as altered
            insert.setLong(11, count(report, Kind.ALTERED) + count(report, Kind.DIFFERENT));
            insert.setLong(12, report.mended());
            insert.setLong(13, report.undecided());
            insert.setBoolean(14, report.complete());
            insert.setString(
                    15,
                    json(report.remarks().stream()
                            .limit(REMARKS)
                            .map(RunHistory::shortened)
                            .toList()));
            insert.executeUpdate();
            try (ResultSet key = insert.getGeneratedKeys()) {
                key.next();
                return key.getLong(1);
            }
        }
    }

    private static void insertDifferences(Connection connection, long run, List<Mismatch> differences)
            throws SQLException {
        if (differences.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO `changeover`.`reconcile_difference` (run, number, kind, row_key, columns,"
                        + " note) VALUES (?, ?, ?, ?, ?, ?)")) {
            int number = 0;
            for (Mismatch difference : differences) {
                insert.setLong(1, run);
                insert.setInt(2, ++number);
                insert.setString(3, difference.kind().name());
                insert.setString(4, difference.key());
                insert.setString(5, json(difference.columns()));
                insert.setString(6, difference.note());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void forget(Connection connection, String table) throws SQLException {
        long last;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id FROM `changeover`.`reconcile_run` WHERE pipeline = ? AND table_label = ? ORDER BY id DESC"
                        + " LIMIT 1 OFFSET " + most)) {
            query.setString(1, pipeline);
            query.setString(2, table);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return;
                }
                last = row.getLong(1);
            }
        }
        String old = "`changeover`.`reconcile_run` WHERE pipeline = ? AND table_label = ? AND id <= ?";
        for (String delete : List.of(
                "DELETE FROM `changeover`.`reconcile_difference` WHERE run IN (SELECT id FROM " + old + ")",
                "DELETE FROM " + old)) {
            try (PreparedStatement statement = connection.prepareStatement(delete)) {
                statement.setString(1, pipeline);
                statement.setString(2, table);
                statement.setLong(3, last);
                statement.executeUpdate();
            }
        }
    }

    /** A comparison into a new table that was cut a short time ago: when it began, and what it noted. */
    Optional<CutScan> cutScan(String target) throws SQLException {
        List<CutScan> found = new ArrayList<>();
        try (Connection connection = server.connect()) {
            read(
                    connection,
                    "SELECT " + MICROS_STARTED
                            + ", state FROM `changeover`.`reconcile_scan` WHERE pipeline = ? AND target = ? AND "
                            + FRESH,
                    row -> found.add(new CutScan(instant(row.getLong(1)), row.getString(2))),
                    target);
        }
        return found.stream().findFirst();
    }

    /** Notes how far a comparison is. */
    void keepScan(String target, CutScan scan) throws SQLException {
        try (Connection connection = server.connect()) {
            try {
                write(connection, target, scan);
            } catch (SQLException e) {
                if (!isMissing(e)) {
                    throw e;
                }
                HistorySchema.create(connection);
                write(connection, target, scan);
            }
        }
    }

    private void write(Connection connection, String target, CutScan scan) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                "REPLACE INTO `changeover`.`reconcile_scan` (pipeline, target, started_at, changed_at, state)"
                        + " VALUES (?, ?, FROM_UNIXTIME(? * 0.000001), NOW(6), ?)")) {
            write.setString(1, pipeline);
            write.setString(2, target);
            write.setLong(3, micros(scan.started()));
            write.setString(4, scan.state());
            write.executeUpdate();
        }
    }

    /** There is nothing to go on with. */
    void dropScan(String target) throws SQLException {
        try (Connection connection = server.connect()) {
            forgetScan(connection, target);
        }
    }

    private void forgetScan(Connection connection, String target) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM `changeover`.`reconcile_scan` WHERE pipeline = ? AND target = ?")) {
            delete.setString(1, pipeline);
            delete.setString(2, target);
            delete.executeUpdate();
        }
    }

    /** When the last run of each table began. */
    Starts starts() throws SQLException {
        Map<String, Instant> starts = new TreeMap<>();
        Set<String> failed = new TreeSet<>();
        Set<String> cut = new TreeSet<>();
        try (Connection connection = server.connect()) {
            read(
                    connection,
                    "SELECT table_label, " + MICROS_STARTED
                            + ", complete FROM `changeover`.`reconcile_run` WHERE id IN (" + NEWEST + ")",
                    row -> {
                        starts.put(row.getString(1), instant(row.getLong(2)));
                        if (!row.getBoolean(3)) {
                            failed.add(row.getString(1));
                        }
                    });
            read(
                    connection,
                    "SELECT target FROM `changeover`.`reconcile_scan` WHERE pipeline = ? AND " + FRESH,
                    row -> cut.add(row.getString(1)));
            return new Starts(now(connection), starts, failed, cut);
        }
    }

    /** The last run of each table, by its label; without the rows that differed, which may be thousands. */
    public Map<String, KeptRun> last() throws SQLException {
        try (Connection connection = server.connect()) {
            return last(connection, Map.of());
        }
    }

    /** The last run of each table, by its label, with all that is kept of it. */
    public Map<String, KeptRun> lastWithDifferences() throws SQLException {
        try (Connection connection = server.connect()) {
            Map<Long, List<Mismatch>> differences = new HashMap<>();
            read(
                    connection,
                    "SELECT run, kind, row_key, columns, note FROM `changeover`.`reconcile_difference` WHERE run IN ("
                            + NEWEST + ") ORDER BY run, number",
                    row -> differences
                            .computeIfAbsent(row.getLong(1), run -> new ArrayList<>())
                            .add(new Mismatch(
                                    Kind.valueOf(row.getString(2)),
                                    row.getString(3),
                                    list(row.getString(4)),
                                    row.getString(5),
                                    List.of())));
            return last(connection, differences);
        }
    }

    private Map<String, KeptRun> last(Connection connection, Map<Long, List<Mismatch>> differences)
            throws SQLException {
        Map<String, KeptRun> runs = new LinkedHashMap<>();
        read(
                connection,
                "SELECT id, table_label, target, " + MICROS_STARTED + ", " + MICROS_ENDED
                        + ", old_rows, new_rows, missing, extra, stale, altered, mended, undecided, complete, remarks"
                        + " FROM `changeover`.`reconcile_run` WHERE id IN (" + NEWEST + ") ORDER BY id",
                row -> runs.put(row.getString(2), run(row, differences)));
        return runs;
    }

    private static KeptRun run(ResultSet row, Map<Long, List<Mismatch>> differences) throws SQLException {
        long id = row.getLong(1);
        Instant started = instant(row.getLong(4));
        Instant ended = instant(row.getLong(5));
        Map<Kind, Long> different = new EnumMap<>(Kind.class);
        int column = 8;
        for (Kind kind : List.of(Kind.MISSING, Kind.EXTRA, Kind.STALE, Kind.ALTERED)) {
            long rows = row.getLong(column++);
            if (rows > 0) {
                different.put(kind, rows);
            }
        }
        return new KeptRun(
                id,
                started,
                ended,
                new TableReport(
                        row.getString(2),
                        row.getString(3),
                        row.getLong(6),
                        row.getLong(7),
                        different,
                        row.getLong(12),
                        row.getLong(13),
                        differences.getOrDefault(id, List.of()),
                        list(row.getString(15)),
                        row.getBoolean(14),
                        Duration.between(started, ended).toMillis() / 1000.0));
    }

    /** Since when each table is clean; one that is not has no entry. As far back as runs are kept. */
    public Map<String, Clean> clean() throws SQLException {
        Map<String, Clean> clean = new TreeMap<>();
        try (Connection connection = server.connect()) {
            read(
                    connection,
                    "WITH run AS (SELECT id, table_label, started_at, verdict = 'equal' AND mended = 0 AS is_clean FROM"
                            + " `changeover`.`reconcile_run` WHERE pipeline = ?), dirty AS (SELECT table_label, MAX(id) AS"
                            + " last FROM run WHERE NOT is_clean GROUP BY table_label) SELECT table_label,"
                            + " MIN(" + MICROS_STARTED + "), COUNT(*) FROM run LEFT JOIN dirty USING (table_label)"
                            + " WHERE id > COALESCE(last, 0) GROUP BY table_label",
                    row -> clean.put(row.getString(1), new Clean(instant(row.getLong(2)), row.getInt(3))));
        }
        return clean;
    }

    /** Whether a worker runs that compares, anywhere. */
    public boolean hasRunner() throws SQLException {
        try (Connection connection = server.connect()) {
            return !RunnerLock.isFree(connection, pipeline);
        }
    }

    /** The lock of whoever compares. */
    RunnerLock lock() {
        return new RunnerLock(server, pipeline);
    }

    /** What is done with a row of an answer. */
    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Before the first run there is nothing to read.
     *
     * @param query with the pipeline as its first parameter
     * @param more the others
     */
    private void read(Connection connection, String query, Reader reader, String... more) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, pipeline);
            for (int i = 0; i < more.length; i++) {
                statement.setString(2 + i, more[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        } catch (SQLException e) {
            if (!isMissing(e)) {
                throw e;
            }
        }
    }

    private static boolean isMissing(SQLException e) {
        return SqlFailure.of(e).kind() == SqlFailure.Kind.SCHEMA;
    }

    private static long count(TableReport report, Kind kind) {
        return report.different().getOrDefault(kind, 0L);
    }

    private static String shortened(String text) {
        return text.length() > REMARK_LENGTH ? text.substring(0, REMARK_LENGTH) : text;
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
    }

    private static String json(List<String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of texts is JSON", e);
        }
    }

    private static List<String> list(String json) {
        try {
            return JSON.readValue(json, new TypeReference<List<String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a list of texts: " + json, e);
        }
    }
}

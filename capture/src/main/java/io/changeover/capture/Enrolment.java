package io.changeover.capture;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.engine.SchemaScan;
import io.changeover.capture.publish.Durable;
import io.changeover.capture.publish.KafkaPublishLog;
import io.changeover.capture.publish.Mark;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.Cascades;
import io.changeover.capture.schema.HistoryEntry;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.capture.schema.ServerTraits;
import io.changeover.capture.source.FirstSchemas;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Takes tables in: at the first start all of them, as where the source begins anew after a stop that an operator acknowledged;
 * else those that were not captured the last time, or are readmitted. Their schemas, the begin of their backfills and the
 * position become durable in one transaction, before a row of them is read.
 */
final class Enrolment {

    /** Record key of the list of captured tables on the progress topic. */
    static final String TABLES = "tables";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final StartMode start;
    private final Set<TableName> tables;
    private final ServerTraits traits;
    private final Cascades cascades;
    private final SchemaScan scan;

    Enrolment(
            String source,
            StartMode start,
            Collection<TableName> tables,
            ServerTraits traits,
            Cascades cascades,
            SchemaScan scan) {
        this.source = source;
        this.start = start;
        this.tables = new TreeSet<>(tables);
        this.traits = traits;
        this.cascades = cascades;
        this.scan = scan;
    }

    /** What is durable afterwards: the same when no table is new and none is gone. */
    Durable enrol(Connection connection, Durable before, KafkaPublishLog log)
            throws SQLException, ExecutionException, InterruptedException, IOException {
        if (before.beginsAnew()) {
            return takeIn(connection, before, captured(before), log);
        }
        Durable present = before;
        for (TableName table : readmitted(before)) {
            Set<TableName> tables = captured(present);
            tables.removeAll(readmitted(present));
            tables.retainAll(known(present)); // new ones come behind: their trouble is not this table's
            tables.add(table);
            try {
                present = takeIn(connection, present, tables, log);
            } catch (ChangeoverException e) {
                if (CaptureFailure.passes(e)) {
                    throw e;
                }
                present = leftAgain(present, table, e, log);
            }
        }
        return takeIn(connection, present, captured(present), log);
    }

    /** Captures {@code tables} from now on, and no others. */
    private Durable takeIn(Connection connection, Durable before, Set<TableName> tables, KafkaPublishLog log)
            throws SQLException, ExecutionException, InterruptedException, IOException {
        Set<TableName> readmitted = readmitted(before);
        readmitted.retainAll(tables);
        Set<TableName> known = known(before);
        known.removeAll(readmitted);
        Set<TableName> added = new TreeSet<>(tables);
        added.removeAll(known);
        List<Mark> written = new ArrayList<>(outdated(before));
        if (before.position() != null && known.equals(tables) && written.isEmpty() && !before.beginsAnew()) {
            return before;
        }
        FirstSchemas first = FirstSchemas.read(connection, added);
        List<HistoryEntry> entries = new ArrayList<>();
        first.statements().forEach((table, statement) -> {
            long number = before.history().size() + entries.size() + 1L;
            entries.add(HistoryEntry.read(number, first.state().executed(), table, statement));
        });
        for (TableName table : added) {
            boolean missed = before.beginsAnew() || readmitted.contains(table);
            BackfillMark mark =
                    missed || isRead(before) ? BackfillMark.begin(estimate(connection, table)) : BackfillMark.none();
            written.add(mark.of(table));
        }
        readmitted.forEach(table -> written.add(Mark.none(Progress.stopKey(table))));
        written.add(new Mark(TABLES, names(tables)));
        SourcePosition position = before.position();
        if (position == null) {
            position = SourcePosition.startingAt(completed(first), first.state().executed());
        } else if (before.beginsAnew()) {
            position = position.acknowledged(first.state().executed());
            written.add(Mark.none(Progress.SOURCE_STOP));
        }
        List<HistoryEntry> history = new ArrayList<>(before.history());
        history.addAll(entries);
        if (!added.isEmpty()) {
            SchemaBook book = book(first);
            requireKeys(book);
            if (!readmitted.isEmpty()) {
                SchemaBook whole = SchemaBook.recover(source, tables, traits, history);
                whole.judge(cascades, Map.of());
                whole.requireForeignKeys();
            }
            scan.requireUnchanged(position, first.state().executed(), book);
        }
        SourcePosition durable = log.appendStart(position, entries, written);
        return new Durable(durable, after(before, written), history);
    }

    /** What keeps a readmitted table out must not keep the others waiting. */
    private Durable leftAgain(Durable before, TableName table, ChangeoverException cause, KafkaPublishLog log) {
        Problem problem = new Problem(
                cause.code(),
                "source " + source + ", table " + table,
                "it could not be readmitted: " + cause.problems().get(0).cause(),
                "when that is mended and `changeover status` shows the source in step: `changeover readmit --table "
                        + source + "." + table + " --execute`");
        List<Mark> written = List.of(new Mark(Progress.stopKey(table), new CaptureStop(problem).encode()));
        SourcePosition durable = log.appendStart(requireNonNull(before.position()), List.of(), written);
        return new Durable(durable, after(before, written), before.history());
    }

    /** Stops of tables that are no longer in the pipeline: should they come again, they are new. */
    private List<Mark> outdated(Durable before) {
        Set<String> ours = tables.stream().map(Progress::stopKey).collect(Collectors.toSet());
        return before.marks().keySet().stream()
                .filter(key -> key.startsWith(Progress.STOP) && !ours.contains(key))
                .map(Mark::none)
                .toList();
    }

    private Set<TableName> readmitted(Durable before) {
        Set<TableName> readmitted = new TreeSet<>(tables);
        readmitted.removeIf(table -> !CaptureStop.wasLifted(before.marks(), table));
        return readmitted;
    }

    /** The preflight looks at that, too, but long before a table is readmitted. */
    private void requireKeys(SchemaBook book) {
        for (TableName table : book.captured()) {
            CapturedTable read = book.get(table);
            if (read == null || read.schema().keyColumns().isEmpty()) {
                throw new ChangeoverException(new Problem(
                        ExitCode.PREFLIGHT,
                        "source " + source + ", table " + table,
                        "it has no primary key",
                        "give the table a primary key"));
            }
        }
    }

    private static Map<String, String> after(Durable before, List<Mark> written) {
        Map<String, String> marks = new HashMap<>(before.marks());
        for (Mark mark : written) {
            if (mark.json() == null) {
                marks.remove(mark.key());
            } else {
                marks.put(mark.key(), mark.json());
            }
        }
        return marks;
    }

    /**
     * Whether new tables are backfilled. The set of {@code gtid} is that of the first start: of a table that comes later nobody
     * says at which position its rows were loaded, and what it had before the present one does not come by the stream.
     */
    private boolean isRead(Durable before) {
        return switch (start.kind()) {
            case SNAPSHOT -> true;
            case NOW -> false;
            case GTID -> before.position() != null;
        };
    }

    /** The schemas of the tables that are taken in. */
    private SchemaBook book(FirstSchemas first) {
        List<HistoryEntry> entries = new ArrayList<>();
        first.statements()
                .forEach((table, statement) -> entries.add(
                        HistoryEntry.read(entries.size() + 1L, first.state().executed(), table, statement)));
        return SchemaBook.recover(source, first.statements().keySet(), traits, entries);
    }

    private GtidSet completed(FirstSchemas first) {
        if (start.kind() != StartMode.Kind.GTID) {
            return first.state().executed();
        }
        GtidSet loaded = start.loaded();
        GtidSet missing = first.state().purged().minus(loaded);
        GtidSet unknown = loaded.minus(first.state().executed());
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new ChangeoverException(new Problem(
                    ExitCode.SOURCE_GAP,
                    "source " + source + ", start: " + start,
                    !missing.isEmpty()
                            ? "transactions " + missing + " are not in the set and no longer in the server's binlogs"
                            : "transactions " + unknown + " are in the set and were never executed by the server",
                    "correct the set, or start with `start: snapshot`"));
        }
        return loaded;
    }

    /** The tables that are to be captured: those that were not left. */
    Set<TableName> captured(Durable before) {
        Set<TableName> captured = new TreeSet<>(tables);
        captured.removeIf(table -> CaptureStop.of(before.marks(), table).isPresent());
        return captured;
    }

    private Set<TableName> known(Durable before) {
        String text = before.marks().get(TABLES);
        Set<TableName> known = new HashSet<>();
        if (text == null || before.beginsAnew()) {
            return known;
        }
        try {
            for (JsonNode name : JSON.readTree(text)) {
                known.add(new TableName(
                        name.required(0).textValue(), name.required(1).textValue()));
            }
            return known;
        } catch (JsonProcessingException e) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.POSITION_DAMAGED,
                            "source " + source,
                            "the list of captured tables cannot be read",
                            "restore the records of the progress topic"),
                    e);
        }
    }

    private static String names(Set<TableName> tables) {
        ArrayNode json = JSON.createArrayNode();
        tables.forEach(table -> json.addArray().add(table.schema()).add(table.table()));
        return json.toString();
    }

    /** The server's guess, for a percentage. */
    private static long estimate(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT table_rows FROM information_schema.tables WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : -1;
            }
        }
    }
}

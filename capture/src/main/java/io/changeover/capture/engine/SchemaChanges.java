package io.changeover.capture.engine;

import io.changeover.capture.publish.DdlEvent;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.DdlStatement;
import io.changeover.capture.schema.HistoryEntry;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.debezium.text.MultipleParsingExceptions;
import io.debezium.text.ParsingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides about each statement that may touch a captured table: new columns go on, as does a table that took another one's
 * place under the same name; what cannot be followed ends the capture of its table.
 */
final class SchemaChanges {

    /**
     * What a statement means.
     *
     * @param left tables that are captured no more, and why
     * @param altered the change itself; null when no captured table was touched after all
     */
    record Outcome(Map<TableName, Problem> left, StreamItem.@Nullable Altered altered) {}

    private final SchemaBook book;

    SchemaChanges(SchemaBook book) {
        this.book = book;
    }

    Outcome take(Gtid gtid, DdlStatement statement, String sql, String database, Provenance provenance, Place place) {
        Map<TableName, CapturedTable> before = new HashMap<>();
        for (TableName table : book.captured()) {
            CapturedTable known = book.get(table);
            if (known != null) {
                before.put(table, known);
            }
        }
        Set<TableName> touched;
        try {
            touched = book.apply(sql, database);
        } catch (ParsingException | MultipleParsingExceptions e) {
            return new Outcome(unparsed(gtid, statement, place, e), null);
        }
        if (touched.isEmpty()) {
            return new Outcome(Map.of(), null);
        }
        if (touched.stream().anyMatch(table -> book.asOf(table).contains(gtid))) {
            throw tooEarly(gtid, touched, place, null);
        }
        Map<TableName, Problem> left = new TreeMap<>();
        List<CapturedTable> now = new ArrayList<>();
        for (TableName table : touched) {
            if (!book.captured().contains(table)) {
                continue; // a table that may take a captured one's place later
            }
            try {
                now.add(followed(table, before.get(table), statement, isGhost(sql), place));
            } catch (TableStopped stop) {
                left.putAll(leave(stop, place));
            }
        }
        left.putAll(leaveRefused("since " + BinlogTranslator.brief(statement.text()), place));
        now.removeIf(table -> !book.captured().contains(table.schema().name()));
        // consumers know the captured ones
        TableName first = touched.stream()
                .filter(before::containsKey)
                .findFirst()
                .orElse(touched.iterator().next());
        HistoryEntry entry = HistoryEntry.statement(book.entries(), gtid, database, sql, touched);
        String type = statement.type() == null ? "QUERY" : statement.type();
        DdlEvent event = new DdlEvent(first.schema(), first.table(), type, sql, provenance, entry);
        return new Outcome(left, new StreamItem.Altered(gtid, event, now, provenance.commitMicros()));
    }

    /**
     * Leaves a table, and with it those of which it is the parent: without its rows nobody would see that a foreign key has
     * changed theirs.
     */
    Map<TableName, Problem> leave(TableStopped stop, Place place) {
        book.leave(stop.table());
        Map<TableName, Problem> left = new TreeMap<>();
        left.put(stop.table(), stop.problem());
        left.putAll(leaveRefused("since " + stop.table() + " is not captured any more", place));
        return left;
    }

    /** Leaves the tables whose foreign keys cannot be lived with. */
    private Map<TableName, Problem> leaveRefused(String since, Place place) {
        Map<TableName, Problem> left = new TreeMap<>();
        for (Map<TableName, List<Problem>> refused = book.refusedCascades();
                !refused.isEmpty();
                refused = book.refusedCascades()) {
            refused.forEach((table, problems) -> {
                TableStopped stop = place.leave(
                        table,
                        ExitCode.UNSAFE_EVENT,
                        problems.get(0).cause() + ", " + since,
                        problems.get(0).remedy());
                book.leave(table);
                left.put(table, stop.problem());
            });
        }
        return left;
    }

    private Map<TableName, Problem> unparsed(Gtid gtid, DdlStatement statement, Place place, RuntimeException cause) {
        Set<TableName> named = book.named(statement);
        // what the schema has seen already may well not be possible on it once more
        Set<TableName> ahead =
                named.stream().filter(table -> book.asOf(table).contains(gtid)).collect(Collectors.toSet());
        if (!ahead.isEmpty()) {
            throw tooEarly(gtid, ahead, place, cause);
        }
        Map<TableName, Problem> left = new TreeMap<>();
        for (TableName table : named) {
            TableStopped stop = place.leave(
                    table,
                    ExitCode.SCHEMA_DRIFT,
                    "a statement that cannot be parsed: " + BinlogTranslator.brief(statement.text()),
                    "",
                    cause);
            left.putAll(leave(stop, place));
        }
        return left;
    }

    private static ChangeoverException tooEarly(
            Gtid gtid, Set<TableName> tables, Place place, @Nullable RuntimeException cause) {
        String what = "the start position lies before a change of " + tables + ", the schema was read after it";
        String remedy =
                "start from a position after " + gtid + ", or with `start: snapshot`; a table that joins others:"
                        + " run without it until they are past the change, then add it";
        return cause == null
                ? place.stop(ExitCode.SCHEMA_DRIFT, what, remedy)
                : place.stop(ExitCode.SCHEMA_DRIFT, what, remedy, cause);
    }

    /**
     * Whether a swap of tables keeps the rows: gh-ost says so in its statements, and has seen to it. A rotation of tables looks
     * the same else.
     */
    private static boolean isGhost(String sql) {
        return sql.contains("/* gh-ost */");
    }

    /** The table's columns from now on. */
    private CapturedTable followed(
            TableName table, @Nullable CapturedTable before, DdlStatement statement, boolean ghost, Place place) {
        CapturedTable now = book.get(table);
        String text = BinlogTranslator.brief(statement.text());
        if (now == null || "ERASE".equals(statement.type())) {
            throw place.leave(
                    table,
                    ExitCode.SCHEMA_DRIFT,
                    table + " was dropped or renamed: " + text,
                    "see that a table of that name is what the pipeline shall capture, or take it out of the pipeline");
        }
        if ("RENAME".equals(statement.type()) && !ghost) {
            throw place.leave(
                    table,
                    ExitCode.SCHEMA_DRIFT,
                    "another table took the place of " + table + ": " + text,
                    "its rows may be others, which no row event tells: empty the new table of rows that are gone");
        }
        if ("TRUNCATE".equals(statement.type())) {
            throw place.leave(
                    table,
                    ExitCode.SCHEMA_DRIFT,
                    table + " was truncated, which shows no rows that could be deleted",
                    "empty the new table of this table's rows");
        }
        if (before != null && !before.schema().keyColumns().equals(now.schema().keyColumns())) {
            throw place.leave(
                    table,
                    ExitCode.SCHEMA_DRIFT,
                    "the primary key of " + table + " changed from "
                            + before.schema().keyColumns() + " to "
                            + now.schema().keyColumns() + ": " + text,
                    "give the table a new topic in the pipeline, and empty the new table of its rows");
        }
        if (before != null) {
            Optional<String> objection = book.objection(before, now);
            if (objection.isPresent()) {
                throw place.leave(
                        table,
                        ExitCode.SCHEMA_DRIFT,
                        objection.get() + ": " + text,
                        "bring mapping and new table in step with the columns, where that is needed");
            }
        }
        return now;
    }
}

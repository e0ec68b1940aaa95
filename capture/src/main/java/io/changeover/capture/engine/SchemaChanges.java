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
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides about each statement that may touch a captured table: new columns go on, what cannot be followed stops. */
final class SchemaChanges {

    private static final String REREAD = "take the table out of the pipeline and in again, which reads it anew";

    private final SchemaBook book;

    SchemaChanges(SchemaBook book) {
        this.book = book;
    }

    /** The change as an item, or null when no captured table was touched after all. */
    StreamItem.@Nullable Altered take(
            Gtid gtid, DdlStatement statement, String sql, String database, Provenance provenance, Place place) {
        Map<TableName, CapturedTable> before = new HashMap<>();
        for (TableName table : book.captured()) {
            CapturedTable known = book.get(table);
            if (known != null) {
                before.put(table, known);
            }
        }
        Set<TableName> touched = parse(gtid, statement, sql, database, place);
        if (statement.dropsDatabase() && !before.isEmpty()) {
            throw place.stop(ExitCode.SCHEMA_DRIFT, "a database was dropped: " + BinlogTranslator.brief(sql), REREAD);
        }
        if (touched.isEmpty()) {
            return null;
        }
        if (touched.stream().anyMatch(table -> book.asOf(table).contains(gtid))) {
            throw tooEarly(gtid, touched, place, null);
        }
        List<CapturedTable> now = new ArrayList<>();
        for (TableName table : touched) {
            now.add(followed(table, before.get(table), statement, place));
        }
        for (Problem refused : book.refusedCascades()) {
            throw place.stop(
                    ExitCode.UNSAFE_EVENT,
                    refused.place() + ": " + refused.cause() + ", since " + BinlogTranslator.brief(statement.text()),
                    "drop the foreign key on the source before it changes rows; name it under `cascades` of the table in"
                            + " the pipeline, to come past this statement, and start again");
        }
        TableName first = touched.iterator().next();
        HistoryEntry entry = HistoryEntry.statement(book.entries(), gtid, database, sql, touched);
        String type = statement.type() == null ? "QUERY" : statement.type();
        return new StreamItem.Altered(
                gtid,
                new DdlEvent(first.schema(), first.table(), type, sql, provenance, entry),
                now,
                provenance.commitMicros());
    }

    private Set<TableName> parse(Gtid gtid, DdlStatement statement, String sql, String database, Place place) {
        try {
            return book.apply(sql, database);
        } catch (ParsingException | MultipleParsingExceptions e) {
            // what the schema has seen already may well not be possible on it once more
            Set<TableName> ahead = book.captured().stream()
                    .filter(table -> statement.names(table.table()))
                    .filter(table -> book.asOf(table).contains(gtid))
                    .collect(Collectors.toSet());
            if (!ahead.isEmpty()) {
                throw tooEarly(gtid, ahead, place, e);
            }
            throw place.stop(
                    ExitCode.SCHEMA_DRIFT,
                    "a statement that cannot be parsed: " + BinlogTranslator.brief(statement.text()),
                    REREAD,
                    e);
        }
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

    private CapturedTable followed(
            TableName table, @Nullable CapturedTable before, DdlStatement statement, Place place) {
        CapturedTable now = book.get(table);
        String type = statement.type();
        if (now == null || "ERASE".equals(type) || "RENAME".equals(type)) {
            throw place.stop(
                    ExitCode.SCHEMA_DRIFT,
                    table + " was dropped or renamed: " + BinlogTranslator.brief(statement.text()),
                    REREAD);
        }
        if ("TRUNCATE".equals(type)) {
            throw place.stop(
                    ExitCode.SCHEMA_DRIFT,
                    table + " was truncated, which shows no rows that could be deleted",
                    "empty the new table of this table's rows, then " + REREAD);
        }
        if (before != null && !before.schema().keyColumns().equals(now.schema().keyColumns())) {
            throw place.stop(
                    ExitCode.SCHEMA_DRIFT,
                    "the primary key of " + table + " changed from "
                            + before.schema().keyColumns() + " to "
                            + now.schema().keyColumns(),
                    "give the table a new topic in the pipeline, and " + REREAD);
        }
        return now;
    }
}

package io.changeover.capture.engine;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.TransactionPayloadEventData;
import io.changeover.capture.publish.RowChange;
import io.changeover.capture.schema.DdlStatement;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.capture.value.RowDecoder;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.debezium.connector.binlog.event.EventDataDeserializationExceptionData;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events of a binlog, in order, to rows, commits and schema changes. What breaks the source's promises is recognised
 * before anything of its event is handed on; it ends the capture of its table, or of the source where it has none.
 *
 * <p>Confined to the thread that reads the binlog.
 *
 * <p>Next: {@link StreamConsumer}.
 */
final class BinlogTranslator {

    /** Takes the items in order; may block while it has enough. */
    interface Sink {
        void put(StreamItem item) throws InterruptedException;
    }

    static final String REREAD = "then " + CaptureStop.ACKNOWLEDGE;
    private static final int IGNORABLE = 0x80;

    private final String source;
    private final SchemaBook book;
    private final Sink sink;
    private final SchemaChanges schemaChanges;
    private final NumberedTables tables;
    private final SourcePosition.@Nullable Commit witness;

    private String file = "";
    private @Nullable Gtid gtid;
    private long commitMicros;
    private boolean commitTimeKnown;
    private boolean begun;
    private boolean xa;
    private boolean hasRows;
    /** Whether the commit time is known, and the transaction has a content: a server may fill a GTID with nothing of its own. */
    private boolean recognisable;
    /** Whether the transaction is the witness: published, its statements in the schemas, so nothing of it is new. */
    private boolean published;

    private Place place;

    /**
     * @param witness a transaction that was published; another one of its GTID is refused
     * @param wantsRows whether captured rows are wanted; else they are passed over, undecoded
     */
    BinlogTranslator(
            String source, SchemaBook book, SourcePosition.@Nullable Commit witness, boolean wantsRows, Sink sink) {
        this.source = source;
        this.witness = witness;
        this.book = book;
        this.sink = sink;
        this.schemaChanges = new SchemaChanges(book);
        this.tables = new NumberedTables(book, wantsRows);
        this.place = new Place(source, null, "", 0, 0);
    }

    /** @throws ChangeoverException (14, 15, 17) when the event cannot be taken as it is */
    void translate(Event event) throws InterruptedException {
        EventHeaderV4 header = event.getHeader();
        place = new Place(source, gtid, file, header.getPosition(), header.getNextPosition());
        if (event.getData() instanceof TransactionPayloadEventData payload) {
            // positions inside a compressed transaction mean nothing: its rows stand where it stands
            for (Event inner : payload.getUncompressedEvents()) {
                dispatch(inner, inner.getHeader());
            }
            return;
        }
        dispatch(event, header);
    }

    private void dispatch(Event event, EventHeaderV4 header) throws InterruptedException {
        switch (header.getEventType()) {
            case ROTATE -> {
                file = ((RotateEventData) event.getData()).getBinlogFilename();
                tables.forget();
            }
            case GTID, GTID_TAGGED, ANONYMOUS_GTID -> begin(event, header);
            default -> {
                if (published) {
                    passOver(event, header);
                } else {
                    inTransaction(event, header);
                }
            }
        }
    }

    /** Nothing of the witness is new but its end. */
    private void passOver(Event event, EventHeaderV4 header) throws InterruptedException {
        boolean ends = header.getEventType() == EventType.XID || header.getEventType() == EventType.XA_PREPARE;
        if (event.getData() instanceof QueryEventData query) {
            String head = head(query.getSql().trim());
            begun |= head.equals("BEGIN") || head.startsWith("XA ");
            ends = head.equals("COMMIT") || head.startsWith("ROLLBACK") || !begun;
        }
        if (ends) {
            published = false;
            committed();
        }
    }

    private void begin(Event event, EventHeaderV4 header) {
        switch (header.getEventType()) {
            case GTID -> {
                GtidEventData data = event.getData();
                begin(data.getMySqlGtid(), data.getOriginalCommitTimestamp(), header);
            }
            case GTID_TAGGED -> {
                GtidTaggedEventData data = event.getData();
                begin(data.getMySqlGtid(), data.getOriginalCommitTimestamp(), header);
            }
            default ->
                throw place.stop(
                        ExitCode.UNSAFE_EVENT,
                        "a transaction without GTID",
                        "set gtid_mode = ON on the source, " + REREAD);
        }
    }

    private void inTransaction(Event event, EventHeaderV4 header) throws InterruptedException {
        switch (header.getEventType()) {
            case QUERY -> query(event.getData());
            case XID, XA_PREPARE -> committed();
            case TABLE_MAP -> {
                recognisable = commitTimeKnown;
                table(() -> tables.describe(event.getData(), place));
            }
            case WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS, EXT_WRITE_ROWS, EXT_UPDATE_ROWS, EXT_DELETE_ROWS ->
                table(() -> rows(event.getData()));
            case PARTIAL_UPDATE_ROWS_EVENT -> table(() -> partialRows(event.getData()));
            case EXECUTE_LOAD_QUERY ->
                throw place.stop(
                        ExitCode.UNSAFE_EVENT,
                        "LOAD DATA was logged as a statement",
                        "set binlog_format = ROW globally and in every session, " + REREAD);
            case INCIDENT -> incident(event);
            case UNKNOWN, PRE_GA_WRITE_ROWS, PRE_GA_UPDATE_ROWS, PRE_GA_DELETE_ROWS -> {
                if ((header.getFlags() & IGNORABLE) == 0) {
                    throw place.stop(
                            ExitCode.UNSAFE_EVENT,
                            "an event of a kind that is not known, which may not be ignored",
                            "look at it with " + place.showCommand() + " and report it");
                }
            }
            default -> {
                // nothing about rows or schemas: format description, heartbeats, comments
            }
        }
    }

    private interface OfTable {
        void run() throws InterruptedException;
    }

    /** What cannot be taken of a table ends that table's capture, not the others'. */
    private void table(OfTable event) throws InterruptedException {
        try {
            event.run();
        } catch (TableStopped stop) {
            Map<TableName, Problem> left = schemaChanges.leave(stop, place);
            left.keySet().forEach(tables::leave);
            sink.put(new StreamItem.Left(left));
        }
    }

    private void begin(MySqlGtid next, long originalMicros, EventHeaderV4 header) {
        if (next.getTag() != null && !next.getTag().isEmpty()) {
            throw place.stop(
                    ExitCode.UNSAFE_EVENT,
                    "a tagged GTID, " + next + ": it has no order among the others",
                    "do not set gtid_next = 'AUTOMATIC:<tag>' on the source, " + REREAD);
        }
        gtid = new Gtid(next.getServerId(), next.getTransactionId());
        commitMicros = originalMicros != 0 ? originalMicros : header.getTimestamp() * 1000;
        recognisable = false;
        commitTimeKnown = originalMicros != 0;
        begun = false;
        xa = false;
        hasRows = false;
        place = new Place(source, gtid, place.file(), place.position(), place.end());
        published = witness != null && gtid.equals(witness.gtid());
        // 0 before MySQL 8.0
        if (published
                && originalMicros != 0
                && originalMicros != requireNonNull(witness).micros()) {
            throw place.stop(
                    ExitCode.SOURCE_GAP,
                    "another transaction than the one that was published by this GTID: committed at "
                            + instant(originalMicros) + ", and that one at " + instant(witness.micros())
                            + "; the server's history is another one (a restored backup, or RESET)",
                    "point capture at a server that has the history which was published; if there is none: "
                            + CaptureStop.ACKNOWLEDGE);
        }
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private void committed() throws InterruptedException {
        Gtid ended = gtid;
        gtid = null;
        begun = false;
        if (ended != null) {
            sink.put(new StreamItem.Committed(ended, commitMicros, recognisable));
        }
    }

    private void query(QueryEventData query) throws InterruptedException {
        String sql = query.getSql().trim();
        String head = head(sql);
        if (head.equals("BEGIN")) {
            begun = true;
            return;
        }
        if (head.equals("COMMIT")) {
            committed();
            return;
        }
        if (head.startsWith("ROLLBACK")) {
            rolledBack(head);
            return;
        }
        if (head.startsWith("XA START") || head.startsWith("XA BEGIN")) {
            xa = true;
            begun = true;
            return;
        }
        statement(query, sql);
        if (!begun) {
            committed(); // a statement outside BEGIN is a transaction of its own; schema changes have ended already
        }
    }

    private static String head(String sql) {
        return sql.substring(0, Math.min(sql.length(), 16)).toUpperCase(Locale.ROOT);
    }

    private void rolledBack(String head) throws InterruptedException {
        if (hasRows) {
            throw place.stop(
                    ExitCode.UNSAFE_EVENT,
                    "ROLLBACK after captured rows: a table without transactions took part",
                    "convert the captured tables to InnoDB, " + REREAD);
        }
        if (head.equals("ROLLBACK")) {
            committed();
        }
    }

    private void statement(QueryEventData query, String sql) throws InterruptedException {
        String database = query.getDatabase() == null ? "" : query.getDatabase();
        DdlStatement statement = DdlStatement.of(sql);
        if (statement.isDml()) {
            if (touchesCaptured(statement, database)) {
                throw place.stop(
                        ExitCode.UNSAFE_EVENT,
                        "rows were changed by a statement in the binlog (thread " + query.getThreadId() + "): "
                                + brief(statement.text()),
                        "set binlog_format = ROW globally and in every session, " + REREAD);
            }
            return;
        }
        if (statement.type() == null || !statement.mayTouch(book.followed())) {
            return;
        }
        Gtid transaction = gtid;
        if (transaction == null) {
            throw place.stop(
                    ExitCode.UNSAFE_EVENT,
                    "a schema change without GTID: " + brief(sql),
                    "set gtid_mode = ON, " + REREAD);
        }
        SchemaChanges.Outcome outcome =
                schemaChanges.take(transaction, statement, sql, database, provenance(transaction), place);
        if (!outcome.left().isEmpty() || outcome.altered() != null) {
            tables.forget(); // the same number may mean the table of before
        }
        if (!outcome.left().isEmpty()) {
            sink.put(new StreamItem.Left(outcome.left()));
        }
        if (outcome.altered() != null) {
            gtid = null;
            sink.put(outcome.altered());
        }
    }

    private boolean touchesCaptured(DdlStatement statement, String database) {
        return book.captured().stream()
                .anyMatch(table -> table.schema().equalsIgnoreCase(database)
                        || statement.names(table.schema())
                        || statement.names(table.table()));
    }

    private void rows(RawRows raw) throws InterruptedException {
        RowDecoder decoder = tables.captured(raw, place);
        if (decoder == null) {
            return;
        }
        TableName table = decoder.table().schema().name();
        Gtid transaction = gtid;
        if (transaction == null) {
            throw place.stop(
                    ExitCode.UNSAFE_EVENT, "rows of " + table + " outside of a GTID", "set gtid_mode = ON, " + REREAD);
        }
        if (xa) {
            throw place.leave(
                    table,
                    ExitCode.UNSAFE_EVENT,
                    "an XA transaction changes " + table + "; whether it will commit cannot be told here",
                    "keep XA transactions away from captured tables");
        }
        List<RowChange> changes = tables.changes(raw, decoder, provenance(transaction), place);
        hasRows = true;
        sink.put(new StreamItem.Rows(transaction, raw.operation(), changes, raw.body().length));
    }

    private void partialRows(RawRows raw) {
        RowDecoder decoder = tables.captured(raw, place);
        if (decoder != null) {
            TableName table = decoder.table().schema().name();
            throw place.leave(
                    table,
                    ExitCode.UNSAFE_EVENT,
                    "a partial JSON update of " + table,
                    "set binlog_row_value_options = '' globally and in every session");
        }
    }

    private void incident(Event event) {
        if (event.getData() instanceof EventDataDeserializationExceptionData data) {
            Throwable cause = data.getCause().getCause(); // its own message is the event's header
            throw place.unreadable(cause == null ? data.getCause() : cause, "the event");
        }
        throw place.stop(
                ExitCode.SOURCE_GAP,
                "the server logged an incident: changes may be missing in its binlog",
                "look at the server's error log, " + REREAD);
    }

    private Provenance provenance(Gtid transaction) {
        return new Provenance(
                source, Origin.STREAM, transaction.toString(), place.file(), place.position(), 0, commitMicros);
    }

    static String brief(String sql) {
        return sql.length() <= 200 ? sql : sql.substring(0, 200) + " ...";
    }
}

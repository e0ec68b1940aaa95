package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import io.changeover.capture.publish.RowChange;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.capture.value.RowBytes;
import io.changeover.capture.value.RowDecoder;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables as the binlog numbers them, and what its rows events say of the captured ones. A row image that does not hold
 * everything ends the capture of its table.
 *
 * <p>Confined to the thread that reads the binlog.
 */
final class NumberedTables {

    private final SchemaBook book;
    private final boolean wantsRows;
    private final Map<Long, NumberedTable> numbered = new HashMap<>();
    private final Map<TableName, ParentKeys> parents = new HashMap<>();

    /** @param wantsRows whether captured rows are wanted; else no table counts as captured */
    NumberedTables(SchemaBook book, boolean wantsRows) {
        this.book = book;
        this.wantsRows = wantsRows;
    }

    /** The numbers mean nothing any more: another file begins, or a table changed. */
    void forget() {
        numbered.clear();
        parents.clear();
    }

    /** The table is not captured any more, under whatever number. */
    void leave(TableName left) {
        numbered.replaceAll((number, table) -> table.is(left) ? table.notCaptured() : table);
        parents.clear();
    }

    void describe(TableMapEventData map, Place place) {
        NumberedTable known = numbered.get(map.getTableId());
        if (known != null && known.describes(map)) {
            return;
        }
        // if no decoder can be had, the table is left, and its rows come nevertheless
        numbered.put(map.getTableId(), new NumberedTable(map, null));
        TableName name = wantsRows ? book.captured(map.getDatabase(), map.getTable()) : null;
        if (name != null) {
            numbered.put(map.getTableId(), new NumberedTable(map, decoder(name, map, place)));
        }
    }

    private RowDecoder decoder(TableName name, TableMapEventData map, Place place) {
        CapturedTable table = book.get(name);
        if (table == null) {
            throw place.leave(
                    name, ExitCode.SCHEMA_DRIFT, "rows of " + name + ", whose schema is not known at this place", "");
        }
        try {
            return new RowDecoder(table, book.server(), map.getColumnTypes(), map.getColumnMetadata());
        } catch (IllegalArgumentException e) {
            throw place.leave(
                    name,
                    ExitCode.SCHEMA_DRIFT,
                    name + " is not what its schema history says: " + e.getMessage(),
                    "",
                    e);
        }
    }

    /** How the rows are read; null when their table is not captured. */
    @Nullable
    RowDecoder captured(RawRows raw, Place place) {
        NumberedTable table = numbered.get(raw.tableId());
        if (table == null) {
            throw place.stop(
                    ExitCode.UNSAFE_EVENT,
                    "rows without the description of their table",
                    "look at them with " + place.showCommand() + "; " + BinlogTranslator.REREAD);
        }
        return table.decoder();
    }

    /**
     * The row changes of an event.
     *
     * @param from of the event
     * @throws TableStopped (15) when a row is not whole or cannot be decoded
     * @throws ChangeoverException (15) when a key changed that other tables follow
     */
    List<RowChange> changes(RawRows raw, RowDecoder decoder, Provenance from, Place place) {
        try {
            return decoded(raw, decoder, from, place);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw place.unreadable(decoder.table().schema().name(), e);
        }
    }

    private List<RowChange> decoded(RawRows raw, RowDecoder decoder, Provenance from, Place place) {
        TableSchema schema = decoder.table().schema();
        RowBytes in = new RowBytes(raw.body());
        requireAll(in, raw, schema, place);
        List<RowChange> changes = new ArrayList<>();
        switch (raw.operation()) {
            case INSERT -> {
                while (in.hasMore()) {
                    changes.add(new RowChange(schema, null, decoder.read(in), from.atRow(changes.size())));
                }
            }
            case DELETE -> {
                while (in.hasMore()) {
                    changes.add(new RowChange(schema, decoder.read(in), null, from.atRow(changes.size())));
                }
            }
            case UPDATE -> {
                requireAll(in, raw, schema, place);
                ParentKeys parent = parents.computeIfAbsent(
                        schema.name(), name -> new ParentKeys(decoder.table(), book.followers(name)));
                while (in.hasMore()) {
                    Row before = decoder.read(in);
                    Row after = decoder.readAfter(in, before);
                    if (raw.foreignKeyChecks()) {
                        parent.requireUnchanged(before, after, place);
                    }
                    changes.add(new RowChange(schema, before, after, from.atRow(changes.size())));
                }
            }
        }
        return changes;
    }

    /** A column that is not in the image would look like NULL. */
    private static void requireAll(RowBytes in, RawRows raw, TableSchema schema, Place place) {
        int columns = schema.columns().size();
        if (raw.columns() != columns || !in.allSet(columns)) {
            throw place.leave(
                    schema.name(),
                    ExitCode.UNSAFE_EVENT,
                    "a row image of " + schema.name() + " without all columns",
                    "set binlog_row_image = FULL globally and in every session");
        }
    }
}

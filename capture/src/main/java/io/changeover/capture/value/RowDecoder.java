package io.changeover.capture.value;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.ServerTraits;
import io.changeover.transport.event.Row;
import org.jspecify.annotations.Nullable;

/** Reads the row images of one table, as one table map event describes them. Confined. */
public final class RowDecoder {

    private final CapturedTable table;
    private final Cell[] cells;
    /** Where the cells of the last image begin, and where it ends. */
    private final int[] starts;

    /**
     * @param types type codes of the table map event, one byte a column
     * @throws IllegalArgumentException when they do not describe {@code table}
     */
    public RowDecoder(CapturedTable table, ServerTraits server, byte[] types, int[] metadata) {
        this.table = table;
        int columns = table.schema().columns().size();
        if (types.length != columns) {
            throw new IllegalArgumentException(
                    "the binlog has " + types.length + " columns where the schema has " + columns);
        }
        this.cells = new Cell[columns];
        this.starts = new int[columns + 1];
        for (int i = 0; i < columns; i++) {
            cells[i] = CellTypes.cell(
                    types[i] & 0xFF,
                    metadata[i],
                    table.schema().columns().get(i),
                    table.charsets().get(i),
                    server);
        }
    }

    public CapturedTable table() {
        return table;
    }

    /** The next row image, in which every column is present. */
    public Row read(RowBytes in) {
        int nulls = in.bitmap(cells.length);
        @Nullable String[] values = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            starts[i] = in.position();
            if (!in.isSet(nulls, i)) {
                values[i] = cells[i].read(in);
            }
        }
        starts[cells.length] = in.position();
        return new Row(values);
    }

    /**
     * The image after an update, right behind the one before, which was the last one read. Most cells are the same: a cell
     * says itself where it ends, so where its bytes are found again, it is the same cell, and its text is taken over.
     */
    public Row readAfter(RowBytes in, Row before) {
        int nulls = in.bitmap(cells.length);
        @Nullable String[] values = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            if (in.isSet(nulls, i)) {
                continue;
            }
            String same = before.get(i);
            values[i] = same != null && in.skipSame(starts[i], starts[i + 1]) ? same : cells[i].read(in);
        }
        return new Row(values);
    }
}

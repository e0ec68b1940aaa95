package io.changeover.capture.value;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.Row;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Reads the row images of one table, as one table map event describes them. Immutable. */
public final class RowDecoder {

    private final CapturedTable table;
    private final Cell[] cells;

    /**
     * @param types type codes of the table map event, one byte a column
     * @throws IllegalArgumentException when they do not describe {@code table}
     */
    public RowDecoder(CapturedTable table, byte[] types, int[] metadata) {
        this.table = table;
        int columns = table.schema().columns().size();
        if (types.length != columns) {
            throw new IllegalArgumentException(
                    "the binlog has " + types.length + " columns where the schema has " + columns);
        }
        this.cells = new Cell[columns];
        for (int i = 0; i < columns; i++) {
            cells[i] = CellTypes.cell(
                    types[i] & 0xFF,
                    metadata[i],
                    table.schema().columns().get(i),
                    table.charsets().get(i));
        }
    }

    public CapturedTable table() {
        return table;
    }

    /** The next row image, in which every column is present. */
    public Row read(RowBytes in) {
        BitSet nulls = in.bitmap(cells.length);
        @Nullable String[] values = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            if (!nulls.get(i)) {
                values[i] = cells[i].read(in);
            }
        }
        return new Row(values);
    }
}

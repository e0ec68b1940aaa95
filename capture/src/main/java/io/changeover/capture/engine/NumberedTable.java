package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import io.changeover.capture.value.RowDecoder;
import io.changeover.transport.event.TableName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A table as the binlog numbers it, which holds until the file ends or the table changes. */
final class NumberedTable {

    private final TableMapEventData map;
    private final @Nullable RowDecoder decoder;

    /** @param decoder null where the table is not captured */
    NumberedTable(TableMapEventData map, @Nullable RowDecoder decoder) {
        this.map = map;
        this.decoder = decoder;
    }

    @Nullable
    RowDecoder decoder() {
        return decoder;
    }

    boolean is(TableName table) {
        return decoder != null && decoder.table().schema().name().equals(table);
    }

    NumberedTable notCaptured() {
        return new NumberedTable(map, null);
    }

    /** Whether a later event describes the same table, so that the decoder may stay. */
    boolean describes(TableMapEventData next) {
        return map.getDatabase().equals(next.getDatabase())
                && map.getTable().equals(next.getTable())
                && Arrays.equals(map.getColumnTypes(), next.getColumnTypes())
                && Arrays.equals(map.getColumnMetadata(), next.getColumnMetadata());
    }
}

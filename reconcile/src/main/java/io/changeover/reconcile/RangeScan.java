package io.changeover.reconcile;

import io.changeover.reconcile.ScanCursor.Walk;
import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.TableReader;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Compares an old table with the new ones that its rows are spread over, each read once: a chunk of the old one is a range
 * of its key, and what the new ones hold in that range is read beside the next chunk. Ranges reach from before the first
 * old row to behind the last one, so that rows too many are seen, too. Rows without a partner in their range, few if
 * anything is well, are looked up one by one before they are told as MISSING or EXTRA: keys of one value may be written in
 * two ways. Confined; each connection has a thread of its own.
 */
final class RangeScan {

    /**
     * A new table.
     *
     * @param reader on a connection that only {@code thread} uses
     * @param feeders all mappings that may account for a row; the first one's findings hear of the rows too many
     */
    record Side(PlaceCompare place, TableReader reader, ReadThread thread, List<PlaceCompare> feeders) {}

    private final TableReader mapped;
    private final List<Side> sides;
    private final int shardAt;
    private final int rows;
    private final Map<String, Integer> numbers = new HashMap<>();

    /**
     * @param mapped reads the old table on a connection of its own
     * @param sides the new tables, by the number of the shard
     * @param shardAt which compared value of an old row is its shard's number; without meaning where there is one side
     * @param rows of a chunk
     */
    RangeScan(TableReader mapped, List<Side> sides, int shardAt, int rows) {
        this.mapped = mapped;
        this.sides = List.copyOf(sides);
        this.shardAt = shardAt;
        this.rows = rows;
        for (int shard = 0; shard < sides.size(); shard++) {
            numbers.put(Integer.toString(shard), shard);
        }
    }

    void run(Walk walk) throws SQLException {
        try (ChunkWalk chunks = new ChunkWalk(mapped, rows, walk.after())) {
            List<Range> reading = List.of();
            List<@Nullable String> after = walk.after();
            boolean more = true;
            while (more) {
                List<RawRow> chunk = chunks.next();
                more = chunk.size() == rows;
                List<@Nullable String> upTo = more ? mapped.place(chunk.get(chunk.size() - 1)) : null;
                List<Range> next = ranges(chunk, after, upTo);
                for (Range range : reading) {
                    range.compare();
                }
                if (!reading.isEmpty() && after != null) {
                    walk.passed(after);
                }
                reading = next;
                after = upTo;
            }
            for (Range range : reading) {
                range.compare();
            }
        }
        walk.end();
    }

    private List<Range> ranges(
            List<RawRow> chunk, @Nullable List<@Nullable String> after, @Nullable List<@Nullable String> upTo) {
        List<Range> ranges = new ArrayList<>();
        List<List<RawRow>> old = sides.size() == 1 ? List.of(chunk) : spread(chunk);
        for (int i = 0; i < sides.size(); i++) {
            ranges.add(new Range(sides.get(i), old.get(i), after, upTo));
        }
        return ranges;
    }

    private List<List<RawRow>> spread(List<RawRow> chunk) {
        List<List<RawRow>> spread = new ArrayList<>();
        sides.forEach(side -> spread.add(new ArrayList<>()));
        for (RawRow row : chunk) {
            int shard = shard(mapped.value(row, shardAt));
            if (shard >= 0) {
                spread.get(shard).add(row);
            }
        }
        return spread;
    }

    /** As {@code by = number} has it: no number, a fraction and a number of no shard are none of them. */
    private int shard(@Nullable String number) {
        if (number == null) {
            return -1;
        }
        Integer plain = numbers.get(number);
        if (plain != null) {
            return plain;
        }
        BigDecimal value = new BigDecimal(number);
        boolean isShard = value.signum() >= 0
                && value.compareTo(BigDecimal.valueOf(sides.size())) < 0
                && value.stripTrailingZeros().scale() <= 0;
        return isShard ? value.intValue() : -1;
    }

    /** A range of one new table, which is being read. */
    private final class Range {

        private final Side side;
        private final List<RawRow> old;
        private final @Nullable List<@Nullable String> upTo;
        private Future<List<RawRow>> reading;

        Range(
                Side side,
                List<RawRow> old,
                @Nullable List<@Nullable String> after,
                @Nullable List<@Nullable String> upTo) {
            this.side = side;
            this.old = old;
            this.upTo = upTo;
            this.reading = read(after);
        }

        /** A page is larger than a chunk: one does, unless many rows are too many. */
        private Future<List<RawRow>> read(@Nullable List<@Nullable String> after) {
            return side.thread().start(() -> side.reader().next(after, upTo, 2 * rows));
        }

        void compare() throws SQLException {
            RangeMatch match = side.place().match(old);
            PlaceCompare first = side.feeders().get(0);
            boolean more = true;
            while (more) {
                List<RawRow> page = ReadThread.await(reading);
                more = page.size() == 2 * rows;
                if (more) {
                    reading = read(side.reader().place(page.get(page.size() - 1)));
                }
                List<RawRow> alone = match.page(page);
                if (!alone.isEmpty()) {
                    first.findExtra(alone, side.feeders());
                }
                first.findings().targetRows(page.size());
            }
            List<RawRow> alone = match.oldAlone();
            if (!alone.isEmpty()) {
                side.place().lookUp(alone);
            }
            side.place().findings().sourceRows(old.size());
        }
    }
}

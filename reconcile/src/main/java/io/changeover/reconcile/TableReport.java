package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a comparison while both sides live says of one table.
 *
 * @param table as it is named in messages
 * @param target the new table, with the name of its server; of shards, what stands for them
 * @param sourceRows old rows that the mapping lets through
 * @param targetRows rows of the new table
 * @param different rows that are proven to be different, by kind; mended ones among them
 * @param mended rows that were different, were sent again, and are equal now
 * @param undecided rows of which nothing could be told
 * @param samples the first of those that are different, and are not mended
 * @param remarks why rows are undecided or not mended, or why nothing was compared; each once
 * @param complete whether both tables were read to their ends
 * @param seconds that it took, together with the tables that share its new table
 */
public record TableReport(
        String table,
        String target,
        long sourceRows,
        long targetRows,
        Map<Kind, Long> different,
        long mended,
        long undecided,
        List<Mismatch> samples,
        List<String> remarks,
        boolean complete,
        double seconds) {

    /** What is known in the end. */
    public enum Verdict {
        EQUAL,
        DIFFERENT,
        /** An error is never a difference, and what could not be told is no equality. */
        COULD_NOT_TELL;

        /** {@code could not tell} */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    public TableReport {
        Map<Kind, Long> sorted = new EnumMap<>(Kind.class);
        sorted.putAll(different);
        different = sorted;
        samples = List.copyOf(samples);
        remarks = List.copyOf(remarks);
    }

    /** A table that could not be compared. */
    public static TableReport failed(String table, String target, String why) {
        return new TableReport(table, target, 0, 0, Map.of(), 0, 0, List.of(), List.of(why), false, 0);
    }

    /** Rows that were proven to be different, mended or not. */
    public long found() {
        return different.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Rows that are different still. */
    public long left() {
        return found() - mended;
    }

    public Verdict verdict() {
        if (left() > 0) {
            return Verdict.DIFFERENT;
        }
        return complete && undecided == 0 ? Verdict.EQUAL : Verdict.COULD_NOT_TELL;
    }
}

package io.changeover.deploy.explain;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.TextTable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where each image of a row is, from the old table to the new.
 *
 * @param key as messages have it
 * @param source what the old server says
 * @param partition of the key, in the table's topic
 * @param log {@code first..end} of the partition
 * @param searchedFrom messages before this offset were not looked at
 * @param messages the last ones of the key, oldest first
 * @param mapped what the mapping makes of the newest message: new column to value; null: the row is not wanted, or not known
 * @param places what the new tables know of the row
 * @param verdict in words
 */
public record RowExplanation(
        String table,
        String key,
        Source source,
        int partition,
        String log,
        long searchedFrom,
        List<Message> messages,
        @Nullable Map<String, @Nullable String> mapped,
        List<Place> places,
        List<String> verdict)
        implements Report {

    /**
     * The row on the old server.
     *
     * @param exists null when the server did not tell
     * @param unpublished transactions of the server that capture has not published; -1 unknown
     */
    public record Source(
            @Nullable Boolean exists,
            long unpublished,
            @Nullable String trouble) {}

    /** @param operation {@code INSERT}, {@code UPDATE}, {@code DELETE}, or why the message is not understood */
    public record Message(long offset, String operation, String version, String gtid, String committed) {}

    /**
     * A new table that may have the row.
     *
     * @param nextOffset of the key's partition on that server; -1: nobody has begun
     * @param wanted whether the mapping puts the row there
     * @param live version of the row that is there
     * @param tombstone version of the remembered delete, and where it came from
     * @param waiting kind, version and reason of the image that waits
     */
    public record Place(
            String target,
            long nextOffset,
            boolean wanted,
            @Nullable String live,
            @Nullable String tombstone,
            @Nullable String waiting) {}

    @Override
    public void print(PrintWriter out) {
        out.println("table     " + table + "  " + key);
        out.println("source    "
                + (source.exists() == null
                        ? "not known: " + source.trouble()
                        : source.exists() ? "row exists" : "no row")
                + (source.unpublished() > 0
                        ? ", " + source.unpublished() + " transactions are not published yet"
                        : ""));
        out.println("topic     partition " + partition + ", offsets " + log + ", searched from " + searchedFrom);
        TextTable lines = new TextTable("  OFFSET", "OPERATION", "VERSION", "GTID", "COMMITTED");
        messages.forEach(message -> lines.line(
                "  " + message.offset(), message.operation(), message.version(), message.gtid(), message.committed()));
        if (!messages.isEmpty()) {
            lines.print(out);
        }
        if (mapped != null) {
            out.println("mapped    " + mapped);
        }
        for (Place place : places) {
            out.println("target    " + place.target() + (place.wanted() ? "" : " (not its place)"));
            out.println("  applied up to " + (place.nextOffset() < 0 ? "nothing yet" : "offset " + place.nextOffset()));
            out.println("  row        " + (place.live() == null ? "none" : place.live()));
            if (place.tombstone() != null) {
                out.println("  deleted    " + place.tombstone());
            }
            if (place.waiting() != null) {
                out.println("  waits      " + place.waiting());
            }
        }
        verdict.forEach(line -> out.println("=> " + line));
    }
}

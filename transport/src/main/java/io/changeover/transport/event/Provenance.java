package io.changeover.transport.event;

/**
 * Where an event was read. For people and for lag; nothing decides by it.
 *
 * @param source the pipeline's name of the source server
 * @param gtid the event's own GTID; empty for rows that were read
 * @param file binlog file; empty for rows that were read
 * @param pos position in the file; 0 for rows that were read
 * @param row index of the row in its binlog event
 * @param commitMicros microseconds since the epoch: the transaction's commit, or the moment of reading
 */
public record Provenance(String source, Origin origin, String gtid, String file, long pos, int row, long commitMicros) {

    public static Provenance read(String source, Origin origin, long micros) {
        return new Provenance(source, origin, "", "", 0, 0, micros);
    }

    /** The same event, another row of it. */
    public Provenance atRow(int index) {
        return index == row ? this : new Provenance(source, origin, gtid, file, pos, index, commitMicros);
    }
}

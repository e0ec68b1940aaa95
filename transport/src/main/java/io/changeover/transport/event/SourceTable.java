package io.changeover.transport.event;

/** A table of one of the pipeline's sources. */
public record SourceTable(String source, TableName table) implements Comparable<SourceTable> {

    @Override
    public int compareTo(SourceTable other) {
        int bySource = source.compareTo(other.source);
        return bySource != 0 ? bySource : table.compareTo(other.table);
    }

    @Override
    public String toString() {
        return source + "." + table;
    }
}

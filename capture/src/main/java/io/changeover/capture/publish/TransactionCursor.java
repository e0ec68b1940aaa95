package io.changeover.capture.publish;

import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.SourcePosition.Running;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the stream is inside a transaction: which row changes of each table were read, and which are handed on already. They
 * are counted by table, because versions are compared within a table only: so a table that joins or leaves while a transaction
 * is published in part moves no other table's numbers.
 *
 * <p>Confined to the lock of its {@link OrderedPublisher}.
 */
final class TransactionCursor {

    private @Nullable Gtid gtid;
    /** Ordinal of the first row change of each table that is not handed on, an unsigned int. */
    private final Map<TableName, Integer> next = new HashMap<>();
    /** The same of the transaction as it is read now; behind {@code next} after a re-read. */
    private final Map<TableName, Integer> read = new HashMap<>();

    TransactionCursor(@Nullable Running running) {
        if (running != null) {
            gtid = running.gtid();
            next.putAll(running.next());
        }
    }

    /** The transaction whose rows were handed on, but not its end; null between two of them. */
    @Nullable
    Gtid gtid() {
        return gtid;
    }

    void begin(Gtid transaction) {
        gtid = transaction;
    }

    /** The transaction is read once more, from its begin. */
    void reread() {
        read.clear();
    }

    /**
     * Counts a row change that was read.
     *
     * @param messages how many it makes
     * @return its ordinal
     */
    int read(TableName table, int messages) {
        int first = read.getOrDefault(table, 0);
        read.put(table, first + messages);
        return first;
    }

    /** Hands a row change on; false when it was before. */
    boolean advance(TableName table, int first, int messages) {
        Integer published = next.get(table);
        if (published != null && Integer.compareUnsigned(first, published) < 0) {
            return false;
        }
        next.put(table, first + messages);
        return true;
    }

    /** The tables of which fewer row changes were read than had been handed on; not those that are captured no more. */
    Set<TableName> shortened() {
        Set<TableName> tables = new TreeSet<>();
        read.forEach((table, reached) -> {
            if (Integer.compareUnsigned(reached, next.getOrDefault(table, 0)) < 0) {
                tables.add(table);
            }
        });
        return tables;
    }

    /** No more changes of the table are read; should they come once more, what was handed on is known. */
    void leave(TableName table) {
        read.remove(table);
    }

    void end() {
        gtid = null;
        next.clear();
        read.clear();
    }

    /** As part of a position. */
    @Nullable
    Running running() {
        return gtid == null ? null : new Running(gtid, next);
    }
}

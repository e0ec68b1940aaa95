package io.changeover.deploy.simulation;

import io.changeover.deploy.simulation.SourceTransaction.Change;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A MySQL server and the replicas it may fail over to: one history, of which the present server has a prefix in its binlog, a
 * shorter one visible to reads, and one yet shorter in {@code gtid_executed}.
 */
final class FakeSource {

    static final UUID[] SERVERS = {new UUID(0, 9), new UUID(0, 3), new UUID(0, 7), new UUID(0, 1)};
    static final UUID LOCAL = new UUID(0, 99);

    final List<SourceTransaction> history = new ArrayList<>();
    /** What the clients see: the state after the whole history. */
    final Map<TableName, NavigableMap<String, Image>> latest = empty();
    /** What a read view sees that is opened now. */
    final Map<TableName, NavigableMap<String, Image>> seen = empty();

    int binlog;
    int visible;
    int executed;
    GtidSet gtidExecuted = GtidSet.EMPTY;
    private GtidSet gtidWritten = GtidSet.EMPTY;
    long writes;
    /** No server is without it: nothing would tell a reader that it is missing there. */
    int lastHidden;

    int server;
    private final long[] sequence = {40, 0, 0, 0};
    private long localSequence;
    int alteredA = Integer.MAX_VALUE;
    int alteredB = Integer.MAX_VALUE;

    private static Map<TableName, NavigableMap<String, Image>> empty() {
        Map<TableName, NavigableMap<String, Image>> tables = new HashMap<>();
        Image.TABLES.forEach(table -> tables.put(table, new TreeMap<>()));
        return tables;
    }

    boolean caughtUp() {
        return binlog == history.size();
    }

    Gtid nextGtid() {
        return new Gtid(SERVERS[server], ++sequence[server]);
    }

    Gtid nextLocalGtid() {
        return new Gtid(LOCAL, ++localSequence);
    }

    /** Commits a transaction whose changes are in {@link #latest} already: it is in the binlog, and not yet seen. */
    void commit(Gtid gtid, List<Change> changes, TableName altered, boolean hidden) {
        if (Image.A.equals(altered)) {
            alteredA = history.size();
        }
        if (Image.B.equals(altered)) {
            alteredB = history.size();
        }
        history.add(new SourceTransaction(gtid, changes, altered, hidden));
        binlogNext();
        if (hidden) {
            lastHidden = history.size();
            settle();
        }
    }

    private void binlogNext() {
        gtidWritten = gtidWritten.plus(history.get(binlog++).gtid());
    }

    /** One step of a commit: written to the binlog (on a replica), visible, in {@code gtid_executed}. */
    void step() {
        if (executed < visible) {
            gtidExecuted = gtidExecuted.plus(history.get(executed++).gtid());
        } else if (visible < binlog) {
            show(history.get(visible++));
        } else if (binlog < history.size()) {
            binlogNext();
        }
    }

    void showNext() {
        if (visible < binlog) {
            show(history.get(visible++));
        } else {
            step();
        }
    }

    private void show(SourceTransaction transaction) {
        transaction.changes().forEach(change -> put(seen.get(change.table()), change));
    }

    static void put(Map<String, Image> rows, Change change) {
        if (change.before() != null) {
            rows.remove(change.before().id());
        }
        if (change.after() != null) {
            rows.put(change.after().id(), change.after());
        }
    }

    void settle() {
        while (executed < history.size()) {
            step();
        }
    }

    /** Another server takes over, which has a prefix of the history now and the rest a little later. */
    void failOver(int prefix) {
        server++;
        binlog = prefix;
        visible = prefix;
        executed = prefix;
        gtidExecuted = GtidSet.EMPTY;
        seen.values().forEach(Map::clear);
        for (int i = 0; i < prefix; i++) {
            SourceTransaction transaction = history.get(i);
            show(transaction);
            gtidExecuted = gtidExecuted.plus(transaction.gtid());
        }
        gtidWritten = gtidExecuted;
    }

    /** Everything that a read view may show: executed, and owned by a commit that is under way. */
    GtidSet executedOrOwned() {
        return gtidWritten;
    }

    /** The DDL of the table; a GTID that never comes while there is none. */
    GtidSet ddlOf(TableName table) {
        int index = table.equals(Image.A) ? alteredA : alteredB;
        return GtidSet.EMPTY.plus(
                index == Integer.MAX_VALUE
                        ? new Gtid(LOCAL, Long.MAX_VALUE)
                        : history.get(index).gtid());
    }

    boolean altered(TableName table, int index) {
        return index >= (table.equals(Image.A) ? alteredA : alteredB);
    }
}

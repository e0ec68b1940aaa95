package io.changeover.deploy.simulation;

import io.changeover.capture.publish.PublishBatch;
import io.changeover.deploy.simulation.FakeTopics.Message;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.SourcePosition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What holds in the topics after every append; also the consumer without any guard. */
final class TopicInvariants {

    private record Topical(TableName table, String key) {}

    /** A row change of the source and which of its messages. */
    private record Told(long n, Operation operation) {}

    private record Newest(Version version, long content) {}

    private final FakeSource source;
    private final Map<Topical, Newest> newest = new HashMap<>();
    private final Map<Told, Version> versions = new HashMap<>();
    private final Map<Version, Told> changes = new HashMap<>();
    private final Set<Version> appended = new HashSet<>();
    private final Map<Gtid, Integer> published = new HashMap<>();
    /** The tables of a consumer that applies every message as it comes. */
    final Map<TableName, Map<String, Image>> plain = new HashMap<>();

    int checkedFrom;

    TopicInvariants(FakeSource source) {
        this.source = source;
        Image.TABLES.forEach(table -> plain.put(table, new HashMap<>()));
    }

    /** Whatever becomes of the batch: a change that is read again must get the version that it was given here. */
    void attempted(PublishBatch batch) {
        for (ChangeEvent event : batch.changes()) {
            if (event.provenance().origin() != Origin.STREAM) {
                continue;
            }
            Told told = new Told(event.provenance().pos(), event.operation());
            Version before = versions.putIfAbsent(told, event.version());
            Told other = changes.putIfAbsent(event.version(), told);
            if ((before != null && !before.equals(event.version())) || (other != null && !other.equals(told))) {
                throw new Violation(
                        Invariant.VersionsAreStable,
                        told + " had " + before + " and has " + event.version() + ", which had " + other);
            }
        }
    }

    /** Nothing of before is read again: a version that nobody could read, because its batch was aborted, may be given anew. */
    void beganAnew() {
        checkedFrom = source.history.size();
        changes.keySet().retainAll(appended);
        versions.values().retainAll(appended);
    }

    void appended(Message message, SourcePosition position) {
        ChangeEvent event = message.event();
        appended.add(event.version());
        boolean stream = event.provenance().origin() == Origin.STREAM;
        Topical key = new Topical(event.table(), message.key());
        long content = content(event);
        if (!stream && event.schema().version() == 1 && position.completed().containsAll(source.ddlOf(event.table()))) {
            throw new Violation(Invariant.KeyOrder, message + " was read in the columns of before the DDL");
        }
        Newest now = new Newest(event.version(), content);
        Newest before = newest.put(key, now);
        if (before != null && (before.content() > content || before.version().isAfter(event.version()))) {
            throw new Violation(Invariant.KeyOrder, key + ": " + before + " is followed by " + now);
        }
        if (stream) {
            published.merge(Gtid.parse(event.provenance().gtid()), 1, Integer::sum);
        }
        Map<String, Image> rows = plain.get(event.table());
        String id = event.row().get(0);
        if (event.after() == null) {
            rows.remove(id);
        } else {
            rows.put(id, Image.of(event.after()));
        }
    }

    /** The number of the write that the message tells of; for a key that a reader missed, of its last one before the read. */
    private long content(ChangeEvent event) {
        long at = event.provenance().pos();
        if (event.provenance().origin() == Origin.STREAM) {
            return at;
        }
        if (event.after() != null) {
            return Image.of(event.after()).w();
        }
        long newestWrite = 0;
        for (SourceTransaction transaction : source.history) {
            for (SourceTransaction.Change change : transaction.changes()) {
                if (change.n() <= at
                        && change.table().equals(event.table())
                        && change.touches(event.row().get(0))) {
                    newestWrite = change.n();
                }
            }
        }
        return newestWrite;
    }

    void positionIs(SourcePosition position) {
        while (checkedFrom < source.history.size()) {
            SourceTransaction transaction = source.history.get(checkedFrom);
            Gtid gtid = transaction.gtid();
            if (!position.completed().contains(gtid)) {
                break;
            }
            check(gtid, transaction.messages());
            checkedFrom++;
        }
        SourcePosition.Running running = position.running();
        if (running != null) {
            check(
                    running.gtid(),
                    running.next().values().stream().mapToInt(Integer::intValue).sum());
        }
    }

    private void check(Gtid gtid, int expected) {
        int found = published.getOrDefault(gtid, 0);
        if (found != expected) {
            throw new Violation(
                    Invariant.ProgressBehindData,
                    "the position claims " + expected + " row messages of " + gtid + ", there are " + found);
        }
    }
}

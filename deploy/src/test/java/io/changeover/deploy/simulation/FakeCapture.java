package io.changeover.deploy.simulation;

import io.changeover.capture.publish.DdlEvent;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.publish.RowChange;
import io.changeover.capture.schema.HistoryEntry;
import io.changeover.deploy.simulation.SourceTransaction.Change;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.position.Gtid;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One capture process: its stream and its readers, around the real publisher. */
final class FakeCapture {

    final OrderedPublisher publisher;
    final List<FakeReader> readers = new ArrayList<>();
    private final FakeSource source;
    private final Wiring wiring;
    /** Index of the transaction that is read next, and of its next row. */
    private int transaction;

    private int row;
    /** The newest transaction whose DDL the stream's schema has taken in; durable with the position. */
    private int schemaOf = -1;

    FakeCapture(FakeSource source, FakeTopics topics, Wiring wiring) {
        this.source = source;
        this.wiring = wiring;
        publisher = new OrderedPublisher(topics.position, Image::source, wiring.log(topics.takeOver(), topics));
        seek(0);
    }

    /** The stream breaks and is started again, from the start of a transaction; maybe of one that is completed. */
    void seek(int earlier) {
        int first = 0;
        while (first < source.history.size() && isCompleted(first)) {
            first++;
        }
        schemaOf = Math.max(schemaOf, first - 1);
        transaction = Math.max(0, first - earlier);
        row = 0;
        if (wiring.tellsReread()) {
            publisher.reread();
        }
    }

    private boolean isCompleted(int index) {
        return publisher
                .published()
                .completed()
                .contains(source.history.get(index).gtid());
    }

    boolean atEnd() {
        return transaction >= source.binlog;
    }

    /** Reads some events; a commit is an event, too. */
    void stream(int events) {
        for (int i = 0; i < events && !atEnd(); i++) {
            event();
        }
    }

    private void event() {
        SourceTransaction read = source.history.get(transaction);
        Gtid gtid = read.gtid();
        if (row < read.captured().size()) {
            publisher.rows(gtid, List.of(rowChange(read.captured().get(row), gtid)));
            row++;
            return;
        }
        row = 0;
        transaction++;
        schemaOf = Math.max(schemaOf, transaction - 1);
        if (read.altered() != null) {
            TableName table = read.altered();
            publisher.altered(
                    gtid,
                    new DdlEvent(
                            table.schema(),
                            table.table(),
                            "ALTER",
                            "ALTER",
                            provenance(gtid, 0),
                            HistoryEntry.statement(1, gtid, table.schema(), "ALTER", List.of(table))),
                    List.of(table));
        }
        publisher.committed(gtid, 0);
    }

    private RowChange rowChange(Change change, Gtid gtid) {
        TableSchema schema = schema(change.table());
        return new RowChange(
                schema,
                change.before() == null ? null : change.before().in(schema),
                change.after() == null ? null : change.after().in(schema),
                provenance(gtid, change.n()));
    }

    /** The columns as the stream knows them at the transaction that it reads. */
    TableSchema schema(TableName table) {
        return Image.schemaOf(table, source.altered(table, schemaOf));
    }

    private static Provenance provenance(Gtid gtid, long n) {
        return new Provenance("legacy", Origin.STREAM, gtid.toString(), "", n, 0, 0);
    }

    FakeReader backfill(TableName table, int part) {
        return add(new FakeReader(this, source, wiring, table, Origin.BACKFILL, part, List.of()));
    }

    FakeReader refresh(TableName table, List<String> keys) {
        return add(new FakeReader(this, source, wiring, table, Origin.REFRESH, 0, keys));
    }

    private FakeReader add(FakeReader reader) {
        readers.add(reader);
        reader.open();
        return reader;
    }

    FakeReader anyReader(Random random) {
        return readers.isEmpty() ? null : readers.get(random.nextInt(readers.size()));
    }
}

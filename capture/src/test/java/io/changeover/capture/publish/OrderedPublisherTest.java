package io.changeover.capture.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.capture.schema.HistoryEntry;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OrderedPublisherTest {

    private static final TableName TABLE = new TableName("trade", "t_order");
    private static final TableName OTHER = new TableName("trade", "t_item");
    private static final TableSchema SCHEMA = schema(TABLE);
    private static final Provenance FROM = new Provenance("legacy", Origin.STREAM, "", "", 0, 0, 0);
    private static final UUID SERVER = new UUID(0, 1);

    private final List<PublishBatch> batches = new ArrayList<>();
    private final OrderedPublisher publisher = publisher(SourcePosition.startingAt(GtidSet.EMPTY, GtidSet.EMPTY));

    private OrderedPublisher publisher(SourcePosition start) {
        return new OrderedPublisher(start, table -> 1, batch -> {
            batches.add(batch);
            return batch.position();
        });
    }

    @Test
    void rowThatCannotBePublished_isNotPassedByThePositionOfAnotherCaller() {
        CompletableFuture<Chunk> chunk = publisher.open(() -> SCHEMA, Origin.REFRESH);
        RowChange broken = new RowChange(SCHEMA, null, Row.of("1", "too much"), FROM);
        assertThatThrownBy(() -> publisher.rows(gtid(1), List.of(broken))).isInstanceOf(IllegalArgumentException.class);

        assertThatThrownBy(publisher::flush).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> publisher.handOver(chunk.join(), nothing())).isInstanceOf(IllegalStateException.class);
        assertThat(batches).isEmpty();
    }

    @Test
    void chunkAskedForInMidTransaction_isGrantedAfterItsCommitWithItsStamp() {
        publisher.rows(gtid(7), List.of(inserted("1")));
        CompletableFuture<Chunk> chunk = publisher.open(() -> SCHEMA, Origin.BACKFILL);
        assertThat(chunk).isNotDone();

        publisher.committed(gtid(7), 0);

        assertThat(chunk.join().stamp().transaction()).isEqualTo(7);
        assertThat(chunk.join().published().contains(gtid(7))).isTrue();
    }

    @Test
    void chunkAskedForBeforeADdl_hasTheColumnsOfItsGrant() {
        TableSchema altered = new TableSchema(TABLE, SCHEMA.columns(), SCHEMA.keyColumns(), 2);
        AtomicReference<TableSchema> known = new AtomicReference<>(SCHEMA);
        publisher.rows(gtid(7), List.of(inserted("1")));
        CompletableFuture<Chunk> chunk = publisher.open(known::get, Origin.BACKFILL);
        known.set(altered);
        publisher.committed(gtid(7), 0);
        assertThat(chunk.join().schema()).isEqualTo(altered);
    }

    @Test
    void chunkThatADdlOverlaps_isDiscarded() {
        Chunk chunk = publisher.open(() -> SCHEMA, Origin.BACKFILL).join();
        CompletableFuture<ChunkOutcome> outcome = publisher.handOver(
                chunk, new ChunkRead(List.of(Row.of("1")), List.of(), GtidSet.EMPTY.plus(gtid(1)), FROM, List.of()));
        publisher.altered(gtid(1), ddl(), List.of(TABLE));
        publisher.committed(gtid(1), 0);
        publisher.flush();
        assertThat(outcome.join().discarded()).isTrue();
        assertThat(batches).allMatch(batch -> batch.changes().isEmpty());
    }

    /** Commits without rows are published now and then only, unless a chunk waits for them. */
    @Test
    void chunk_isWaitedForUntilItIsOpenAndAgainUntilItIsPublished() {
        publisher.rows(gtid(1), List.of(inserted("1")));
        CompletableFuture<Chunk> asked = publisher.open(() -> SCHEMA, Origin.BACKFILL);
        assertThat(publisher.isAwaited()).isTrue();
        publisher.committed(gtid(1), 0);
        assertThat(publisher.isAwaited()).as("open, its reader reads").isFalse();

        GtidSet executed = GtidSet.EMPTY.plus(gtid(1)).plus(gtid(2));
        CompletableFuture<ChunkOutcome> outcome = publisher.handOver(
                asked.join(), new ChunkRead(List.of(Row.of("2")), List.of(), executed, FROM, List.of()));
        assertThat(publisher.isAwaited()).isTrue();
        publisher.committed(gtid(2), 0);
        publisher.flush();
        assertThat(outcome).isDone();
        assertThat(publisher.isAwaited()).isFalse();
    }

    @Test
    void futures_areCompletedWhereTheyMayCallThePublisher() {
        CompletableFuture<ChunkOutcome> outcome = publisher
                .open(() -> SCHEMA, Origin.REFRESH)
                .thenCompose(chunk -> publisher.handOver(chunk, nothing()))
                .thenCombine(publisher.open(() -> SCHEMA, Origin.REFRESH), (done, next) -> done);
        assertThat(outcome.join().rows()).isZero();
    }

    @Test
    void streamThatBeginsAnew_countsTheRowsAnew() {
        publisher.rows(gtid(1), List.of(inserted("1")));
        publisher.flush();
        publisher.reread();
        publisher.rows(gtid(1), List.of(inserted("1")));
        publisher.rows(gtid(1), List.of(inserted("2")));
        publisher.committed(gtid(1), 0);
        publisher.flush();
        assertThat(batches.stream().flatMap(batch -> batch.changes().stream()))
                .extracting(change -> change.version().row())
                .containsExactly(0, 1);
    }

    /** A transaction is published in part, capture ends, and one of its tables is no longer captured when it goes on. */
    @Test
    void tableThatLeavesInMidTransaction_movesNoOtherTablesRows() {
        publisher.rows(gtid(1), List.of(inserted(OTHER, "1"), inserted("1"), inserted("2")));
        publisher.flush();
        SourcePosition durable = publisher.published();
        batches.clear();
        OrderedPublisher next = publisher(durable);
        next.reread();
        next.rows(gtid(1), List.of(inserted("1"), inserted("2"), inserted("3")));
        next.committed(gtid(1), 0);
        next.flush();
        assertThat(batches.stream().flatMap(batch -> batch.changes().stream()))
                .extracting(change -> change.after() + " " + change.version().row())
                .containsExactly("[3] 2");
    }

    @Test
    void ddl_isPublishedOnceAndWithItsCommit() {
        DdlEvent ddl = ddl();
        publisher.altered(gtid(1), ddl, List.of(TABLE));
        publisher.flush();
        publisher.reread();
        publisher.altered(gtid(1), ddl, List.of(TABLE));
        publisher.committed(gtid(1), 0);
        publisher.flush();
        assertThat(batches.stream().flatMap(batch -> batch.ddl().stream())).hasSize(1);
    }

    @Test
    void transactionThatIsShorterWhenItIsReadAgain_stops() {
        publisher.rows(gtid(1), List.of(inserted("1")));
        publisher.rows(gtid(1), List.of(inserted("2")));
        publisher.flush();
        publisher.reread();
        publisher.rows(gtid(1), List.of(inserted("1")));
        assertThatThrownBy(() -> publisher.committed(gtid(1), 0))
                .isInstanceOfSatisfying(
                        ChangeoverException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.SOURCE_GAP));
    }

    @Test
    void close_tellsEveryoneWhoWaits() {
        publisher.rows(gtid(1), List.of(inserted("1")));
        CompletableFuture<Chunk> waiting = publisher.open(() -> SCHEMA, Origin.REFRESH);
        publisher.close();
        assertThat(waiting).isCompletedExceptionally();
    }

    private static DdlEvent ddl() {
        return new DdlEvent(
                "trade",
                "t_order",
                "ALTER",
                "ALTER TABLE",
                FROM,
                HistoryEntry.statement(1, gtid(1), "trade", "ALTER TABLE", List.of(TABLE)));
    }

    private static TableSchema schema(TableName table) {
        return new TableSchema(table, List.of(new Column("id", "varchar(9)", 12)), List.of("id"), 1);
    }

    private static RowChange inserted(String id) {
        return inserted(TABLE, id);
    }

    private static RowChange inserted(TableName table, String id) {
        return new RowChange(schema(table), null, Row.of(id), FROM);
    }

    private static ChunkRead nothing() {
        return new ChunkRead(List.of(), List.of(), GtidSet.EMPTY, FROM, List.of());
    }

    private static Gtid gtid(long sequence) {
        return new Gtid(SERVER, sequence);
    }
}

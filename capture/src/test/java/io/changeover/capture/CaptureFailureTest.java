package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.changeover.capture.publish.Chunk;
import io.changeover.capture.publish.ChunkRead;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.publish.RowChange;
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
import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaptureFailureTest {

    private static final TableSchema SCHEMA = new TableSchema(
            new TableName("trade", "t_order"), List.of(new Column("id", "varchar(9)", 12)), List.of("id"), 1);
    private static final Provenance FROM = new Provenance("legacy", Origin.STREAM, "", "", 0, 0, 0);

    /** The stream's thread may tell first of what a backfill's chunk met. */
    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "FENCED"})
    void failedChunk_isTheFailureOfTheStream(ExitCode code) throws Exception {
        OrderedPublisher publisher =
                new OrderedPublisher(SourcePosition.startingAt(GtidSet.EMPTY, GtidSet.EMPTY), table -> 1, batch -> {
                    throw new ChangeoverException(new Problem(code, "Kafka", "gone", "wait"));
                });
        Chunk chunk = publisher.open(() -> SCHEMA, Origin.BACKFILL).join();
        ChunkRead read = new ChunkRead(List.of(Row.of("1")), List.of(), GtidSet.EMPTY, FROM, List.of());
        assertThat(catchThrowable(() -> publisher.handOver(chunk, read))).isInstanceOf(ChangeoverException.class);

        CompletableFuture<Void> stream = CompletableFuture.runAsync(() ->
                publisher.rows(new Gtid(new UUID(0, 1), 1), List.of(new RowChange(SCHEMA, null, Row.of("2"), FROM))));
        Throwable told = catchThrowable(stream::get);

        assertThat(told).isInstanceOf(ExecutionException.class);
        assertThat(CaptureFailure.of(told, "source legacy").code()).isEqualTo(code);
    }

    @Test
    void unknownFailure_isABug() {
        assertThat(CaptureFailure.of(new IllegalStateException("?"), "source legacy")
                        .code())
                .isEqualTo(ExitCode.BUG);
    }
}

package io.changeover.reconcile;

import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.TableReader;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads a table chunk by chunk, one chunk ahead of its caller. Confined; its own thread touches the reader only. */
final class ChunkWalk implements AutoCloseable {

    private final TableReader reader;
    private final int rows;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread reading = new Thread(task, "compare-read");
        reading.setDaemon(true);
        return reading;
    });
    private @Nullable Future<List<RawRow>> ahead;

    ChunkWalk(TableReader reader, int rows) {
        this.reader = reader;
        this.rows = rows;
        this.ahead = thread.submit(() -> reader.next(null, rows));
    }

    /** The next rows; none at the end. */
    List<RawRow> next() throws SQLException {
        if (ahead == null) {
            return List.of();
        }
        List<RawRow> chunk = await(ahead);
        ahead = chunk.size() < rows ? null : thread.submit(() -> reader.next(chunk.get(chunk.size() - 1), rows));
        return chunk;
    }

    private static List<RawRow> await(Future<List<RawRow>> reading) throws SQLException {
        try {
            return reading.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while reading", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failed) {
                throw failed;
            }
            throw new IllegalStateException("reading a chunk", e.getCause());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

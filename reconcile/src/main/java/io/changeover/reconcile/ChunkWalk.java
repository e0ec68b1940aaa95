package io.changeover.reconcile;

import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.TableReader;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads a table chunk by chunk, one chunk ahead of its caller. Confined; its own thread touches the reader only. */
final class ChunkWalk implements AutoCloseable {

    private final TableReader reader;
    private final int rows;
    private final ReadThread thread = new ReadThread();
    private @Nullable Future<List<RawRow>> ahead;

    /** @param after where it begins; null: with the first row */
    ChunkWalk(TableReader reader, int rows, @Nullable List<@Nullable String> after) {
        this.reader = reader;
        this.rows = rows;
        this.ahead = thread.start(() -> reader.next(after, null, rows));
    }

    /** The next rows; none at the end. */
    List<RawRow> next() throws SQLException {
        if (ahead == null) {
            return List.of();
        }
        List<RawRow> chunk = ReadThread.await(ahead);
        ahead = chunk.size() < rows ? null : thread.start(() -> reader.next(chunk.get(chunk.size() - 1), rows));
        return chunk;
    }

    @Override
    public void close() {
        thread.close();
    }
}

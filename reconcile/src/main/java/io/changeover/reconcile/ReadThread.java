package io.changeover.reconcile;

import io.changeover.reconcile.table.RawRow;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A thread that reads on one connection while its owner compares. Confined to its owner. */
final class ReadThread implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread reading = new Thread(task, "compare-read");
        reading.setDaemon(true);
        return reading;
    });

    Future<List<RawRow>> start(Callable<List<RawRow>> read) {
        return thread.submit(read);
    }

    static List<RawRow> await(Future<List<RawRow>> reading) throws SQLException {
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

package io.changeover.capture.engine;

import io.changeover.capture.schema.SchemaBook;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one run of the engine gets from us. The engine makes its parts by class name, so they find their own by the engine's
 * name here, and nowhere else.
 *
 * @param completed where to begin: after these transactions, at a transaction's start
 * @param witness a transaction that was published; it is read once more and must be the same still. Null: no such one
 * @param heardNanos {@link System#nanoTime} of the last byte from the server; {@link Long#MAX_VALUE} while the reader is busy
 *     with what it heard
 * @param rows whether captured rows are wanted; else schema changes and commits only
 * @param queue takes what was read
 * @param refusal says why the server does not send more
 */
record EngineParts(
        String source,
        GtidSet completed,
        SourcePosition.@Nullable Commit witness,
        SchemaBook book,
        AtomicLong heardNanos,
        boolean rows,
        StreamQueue queue,
        BinlogRefusal refusal) {

    private static final Map<String, EngineParts> RUNNING = new ConcurrentHashMap<>();

    static void put(String engine, EngineParts parts) {
        RUNNING.put(engine, parts);
    }

    static EngineParts of(String engine) {
        EngineParts parts = RUNNING.get(engine);
        if (parts == null) {
            throw new IllegalStateException("no engine runs by the name " + engine);
        }
        return parts;
    }

    static void remove(String engine) {
        RUNNING.remove(engine);
    }
}

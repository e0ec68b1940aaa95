package io.changeover.capture.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Tells the engine where to begin, always the start of a transaction, and forgets what the engine wants to keep: our position
 * is kept with the rows. Made by the engine, by name.
 */
public final class StartOffset implements OffsetBackingStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private String engine = "";

    @Override
    public void configure(WorkerConfig config) {
        engine = config.originalsStrings().getOrDefault(BinlogEngine.NAME, "");
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<String, Object> offset = new HashMap<>();
        offset.put("gtids", EngineParts.of(engine).completed().toString());
        offset.put("file", "");
        offset.put("pos", 0);
        offset.put("ts_sec", 0);
        Map<ByteBuffer, ByteBuffer> offsets = new HashMap<>();
        keys.forEach(key -> offsets.put(key, bytes(offset)));
        return CompletableFuture.completedFuture(offsets);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, @Nullable Callback<Void> callback) {
        if (callback != null) {
            callback.onCompletion(null, null);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connector) {
        return Set.of();
    }

    private static ByteBuffer bytes(Map<String, Object> offset) {
        try {
            return ByteBuffer.wrap(JSON.writeValueAsString(offset).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

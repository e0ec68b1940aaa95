package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.TableMapEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Table map events, one before nearly every rows event, and nearly always the same bytes as the last time: those are not
 * decoded again. Confined.
 */
final class TableMaps implements EventDataDeserializer<TableMapEventData> {

    /** Numbers are given anew whenever the server opens a table; the old ones do not come back. */
    private static final int KEPT = 1000;

    private final TableMapEventDataDeserializer decoder = new TableMapEventDataDeserializer();
    private final Map<Long, byte[]> bodies = new HashMap<>();
    private final Map<Long, TableMapEventData> known = new HashMap<>();

    @Override
    public TableMapEventData deserialize(ByteArrayInputStream in) throws IOException {
        byte[] body = in.read(in.available());
        long number = number(body);
        TableMapEventData before = known.get(number);
        if (before != null && Arrays.equals(bodies.get(number), body)) {
            return before;
        }
        if (known.size() >= KEPT) {
            known.clear();
            bodies.clear();
        }
        TableMapEventData data = decoder.deserialize(new ByteArrayInputStream(body));
        known.put(number, data);
        bodies.put(number, body);
        return data;
    }

    private static long number(byte[] body) {
        long number = 0;
        for (int i = 5; i >= 0; i--) {
            number = (number << 8) | (body[i] & 0xFF);
        }
        return number;
    }
}

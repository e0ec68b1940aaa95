package io.changeover.deploy.benchmark;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer.CompatibilityMode;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** What capture cannot be faster than: the binlog client that Debezium uses, every row parsed and dropped. */
final class BinlogLimit {

    private BinlogLimit() {}

    /** Port, GTID set to start after, rows to come, other processes. */
    public static void main(String[] arguments) throws Exception {
        BinaryLogClient client = new BinaryLogClient("127.0.0.1", Integer.parseInt(arguments[0]), "root", "");
        client.setServerId(70_000 + ProcessHandle.current().pid() % 10_000);
        client.setBinlogFilename("");
        client.setGtidSet(arguments[1]);
        EventDeserializer deserializer = new EventDeserializer();
        deserializer.setCompatibilityMode(
                CompatibilityMode.DATE_AND_TIME_AS_LONG, CompatibilityMode.CHAR_AND_BINARY_AS_BYTE_ARRAY);
        client.setEventDeserializer(deserializer);
        AtomicLong rows = new AtomicLong();
        client.registerEventListener(event -> rows.addAndGet(rows(event.getData())));
        Thread reader = new Thread(
                () -> {
                    try {
                        client.connect();
                    } catch (IOException e) {
                        e.printStackTrace();
                        System.exit(1);
                    }
                },
                "binlog");
        reader.setDaemon(true);
        reader.start();
        LimitMeter.awaitAndPrint(rows, Long.parseLong(arguments[2]), arguments[3]);
        System.exit(0);
    }

    private static int rows(EventData data) {
        if (data instanceof UpdateRowsEventData updated) {
            return updated.getRows().size();
        }
        if (data instanceof WriteRowsEventData inserted) {
            return inserted.getRows().size();
        }
        return data instanceof DeleteRowsEventData deleted ? deleted.getRows().size() : 0;
    }
}

package io.changeover.apply;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.testing.TestingServers;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Rows a second from topic to table, everything on this machine, and the CPU time per row of the server and of the stream
 * threads, which says more where others use the machine, too. Run by hand: rows, then perhaps {@code unique}.
 */
public final class ApplyBenchmark {

    private ApplyBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        boolean unique = List.of(arguments).contains("unique");
        try (TestingServers servers = TestingServers.shared()) {
            String schema = servers.target().freshSchema();
            servers.target()
                    .execute(
                            "SET GLOBAL sync_binlog = 1, GLOBAL innodb_flush_log_at_trx_commit = 1,"
                                    + " GLOBAL innodb_buffer_pool_size = 536870912",
                            "CREATE TABLE " + schema
                                    + ".t (id BIGINT PRIMARY KEY, user_id BIGINT, amount DECIMAL(12,2),"
                                    + " status INT, name VARCHAR(40), note VARCHAR(200), created DATETIME(6), x DOUBLE, "
                                    + (unique ? "UNIQUE " : "") + "KEY (user_id))");
            OldTable old = new OldTable(
                    "t",
                    1,
                    1,
                    "id bigint",
                    "user_id bigint",
                    "amount decimal(12,2)",
                    "status int",
                    "name varchar(40)",
                    "note varchar(200)",
                    "created datetime(6)",
                    "x double");
            try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"))) {
                run("insert", servers, fixture, events(old, rows, 0));
                run("update", servers, fixture, events(old, rows, 1));
            }
        }
        System.exit(0);
    }

    private static List<byte[][]> events(OldTable old, int rows, int round) {
        List<byte[][]> records = new ArrayList<>(rows);
        for (int i = 0; i < rows; i++) {
            String[] values = {
                "" + i,
                "" + (i * 7L + round * 10_000_000L),
                i + ".50",
                "" + round,
                "name of " + i,
                "a note that is of some length, as notes are " + round,
                "2024-01-02 03:04:05.000006",
                "0.5"
            };
            ChangeEvent event = round == 0 ? old.insert(values) : old.update(Row.of(values), values);
            var record = old.record("t", event);
            records.add(new byte[][] {record.key(), record.value()});
        }
        return records;
    }

    private static void run(String name, TestingServers servers, ApplyFixture fixture, List<byte[][]> records)
            throws Exception {
        for (byte[][] record : records) {
            var unused = fixture.producer()
                    .send(new org.apache.kafka.clients.producer.ProducerRecord<>(
                            fixture.topic(), record[0], record[1]));
            fixture.sentOne();
        }
        fixture.producer().flush();
        long began = System.nanoTime();
        long server = serverMicros(servers);
        try (Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            long first = 0;
            while (!fixture.isApplied()) {
                if (first == 0 && apply.states().get(0).counts().written() > 0) {
                    first = System.nanoTime();
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            double seconds = Duration.ofNanos(System.nanoTime() - (first == 0 ? began : first))
                            .toMillis()
                    / 1000.0;
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d rows, %.0f rows/s, CPU per row: MySQL %.1f us, stream threads %.1f us, %s%n",
                    name,
                    records.size(),
                    records.size() / seconds,
                    (double) (serverMicros(servers) - server) / records.size(),
                    (double) streamMicros() / records.size(),
                    apply.states().get(0).counts());
        }
    }

    private static long serverMicros(TestingServers servers) {
        return ProcessHandle.of(servers.target().server().pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow()
                        .toNanos()
                / 1000;
    }

    private static long streamMicros() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().contains("StreamThread")) {
                nanos += threads.getThreadCpuTime(id);
            }
        }
        return nanos / 1000;
    }
}

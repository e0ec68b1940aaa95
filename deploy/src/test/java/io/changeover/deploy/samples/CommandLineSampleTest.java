package io.changeover.deploy.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineSampleTest {

    private static final TableSchema T = new TableSchema(
            new TableName("d", "t"),
            List.of(Column.of("id", "varchar(9)"), Column.of("v", "varchar(50)")),
            List.of("id"),
            1);
    private static final Provenance FROM = Provenance.read("legacy", Origin.STREAM, 1);

    private final CanalJsonEncoder encoder = new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH));
    private final List<String> printed = new ArrayList<>();

    private static boolean jqIsThere() {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, "jq"))) {
                return true;
            }
        }
        return false;
    }

    private void insert(String id, @Nullable String v) {
        print(ChangeEvent.inserted(T, Row.of(id, v), new Version(1, 1, 1, 0), FROM));
    }

    private void print(ChangeEvent event) {
        printed.add(new String(encoder.key(event), UTF_8) + "\t" + new String(encoder.encode(event, 1), UTF_8));
    }

    @Test
    void rows_areTheTable(@TempDir Path folder) throws Exception {
        assumeTrue(jqIsThere(), "jq is not installed: rows.jq was not tried");
        Version version = new Version(1, 1, 1, 0);
        insert("1", "a\tb\n\"'\\");
        insert("2\t\u00e4", "gone");
        insert("3", "old");
        insert("4", "compacted away");
        print(ChangeEvent.updated(T, Row.of("3", "old"), Row.of("3", null), version, FROM));
        print(ChangeEvent.deleted(T, Row.of("2\t\u00e4", "gone"), version, FROM));
        printed.add("{\"id\":\"2\\t\u00e4\"}\tnull");
        printed.add("{\"id\":\"4\"}\tnull");
        insert("5", "\ud83d\ude00");
        Path messages = folder.resolve("messages");
        Files.write(messages, printed);
        assertThat(Samples.jq(folder, messages))
                .containsExactly(
                        "{\"id\":\"1\",\"v\":\"a\\tb\\n\\\"'\\\\\"}",
                        "{\"id\":\"3\",\"v\":null}",
                        "{\"id\":\"5\",\"v\":\"\ud83d\ude00\"}");
    }
}

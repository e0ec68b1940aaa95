package io.changeover.transport.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanalJsonPropertyTest {

    private static final List<String> TYPES = List.of(
            "int",
            "bigint unsigned",
            "decimal(10,2)",
            "varchar(50)",
            "varbinary(255)",
            "enum('a','it''s','\u00e9')",
            "enum('','b,c','back\\\\slash','x','x')",
            "set('','it''s','\ud83d\ude00')",
            "blob",
            "point",
            "json");

    private static final List<MessageForm> FORMS = List.of(
            MessageForm.CANAL,
            new MessageForm(EnumForm.LABEL, BinaryForm.LATIN1),
            new MessageForm(EnumForm.NUMBER, BinaryForm.BASE64),
            new MessageForm(EnumForm.LABEL, BinaryForm.BASE64));

    private static final List<String> NAMES = List.of(
            "id",
            "ID",
            "a b",
            "a.b",
            "`",
            "\"",
            "\\",
            "$ref",
            "@type",
            "data",
            "old",
            "\u540d\u524d",
            "\ud83d\ude00",
            "\t",
            "'");

    private final List<CanalJsonEncoder> encoders = FORMS.stream()
            .map(form -> new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH), form))
            .toList();

    /** One seed given by {@code -Dseed=}, or the fixed ones and a fresh one. */
    static LongStream seeds() {
        Long seed = Long.getLong("seed");
        return seed != null ? LongStream.of(seed) : LongStream.of(1, 2, 3, 4, 5, 6, 7, System.nanoTime());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void decoded_isWhatWasEncoded(long seed) throws Exception {
        Random random = new Random(seed);
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        for (int table = 0; table < 20; table++) {
            TableSchema schema = schema(random);
            for (int i = 0; i < 15; i++) {
                ChangeEvent event = event(random, schema);
                byte[] message = encoders.get(0).encode(event, i);
                assertThat(decoder.decode(message)).isEqualTo(event);
                assertThat(new String(message, UTF_8).getBytes(UTF_8)).isEqualTo(message);
                assertSameToAnotherParser(event, message);
                // messages of every form stand in one topic when an option was switched
                CanalJsonEncoder other = encoders.get(random.nextInt(encoders.size()));
                assertThat(decoder.decode(other.encode(event, i))).isEqualTo(event);
                assertKeyIsTheText(event, other);
            }
        }
    }

    private static void assertKeyIsTheText(ChangeEvent event, CanalJsonEncoder encoder) {
        boolean whole = event.schema().keyColumns().stream()
                .noneMatch(key -> event.row().get(event.schema(), key) == null);
        if (whole && !event.schema().keyColumns().isEmpty()) {
            assertThat(new String(encoder.key(event), UTF_8)).isEqualTo(MessageKey.of(event.schema(), event.row()));
        } else {
            assertThatThrownBy(() -> encoder.key(event)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void assertSameToAnotherParser(ChangeEvent event, byte[] message) throws Exception {
        JsonNode data = new JsonMapper().readTree(message).get("data").get(0);
        for (Column column : event.schema().columns()) {
            assertThat(data.get(column.name()).textValue())
                    .isEqualTo(event.row().get(event.schema(), column.name()));
        }
    }

    private static TableSchema schema(Random random) {
        List<String> names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(names.size()); i++) {
            columns.add(Column.of(names.get(i), TYPES.get(random.nextInt(TYPES.size()))));
        }
        List<String> key =
                random.nextInt(5) == 0 ? List.of() : List.of(columns.get(0).name());
        return new TableSchema(new TableName("d b", "t\"\u00e4"), columns, key, random.nextInt(9));
    }

    private static ChangeEvent event(Random random, TableSchema schema) {
        Version version = new Version(
                1 + random.nextInt(65535), random.nextInt(65536), random.nextLong() >>> 1, random.nextInt());
        Provenance from = new Provenance(
                "s",
                any(random, Origin.values()),
                "g",
                text(random),
                random.nextLong(),
                random.nextInt(),
                random.nextLong());
        Row row = row(random, schema);
        return switch (any(random, Operation.values())) {
            case INSERT -> ChangeEvent.inserted(schema, row, version, from);
            case UPDATE -> ChangeEvent.updated(schema, changed(random, schema, row), row, version, from);
            case DELETE -> ChangeEvent.deleted(schema, row, version, from);
        };
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static Row row(Random random, TableSchema schema) {
        @Nullable String[] values = new @Nullable String[schema.columns().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(6) == 0
                    ? null
                    : text(random, schema.columns().get(i));
        }
        return new Row(values);
    }

    /** The row with some columns changed, never those of the key. */
    private static Row changed(Random random, TableSchema schema, Row row) {
        @Nullable String[] values = new @Nullable String[row.size()];
        for (int i = 0; i < values.length; i++) {
            boolean key = schema.keyColumns().contains(schema.columns().get(i).name());
            values[i] = key || random.nextBoolean()
                    ? row.get(i)
                    : random.nextBoolean()
                            ? null
                            : text(random, schema.columns().get(i));
        }
        return new Row(values);
    }

    private static String text(Random random, Column column) {
        return switch (column.baseType()) {
            case "enum" ->
                Integer.toString(random.nextInt(1 + Labels.of(column).all().size()));
            case "set" ->
                Integer.toString(random.nextInt(1 << Labels.of(column).all().size()));
            case "varbinary", "blob", "point" -> {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                yield new String(bytes, ISO_8859_1);
            }
            default -> text(random);
        };
    }

    private static String text(Random random) {
        int length = random.nextInt(20) == 0 ? random.nextInt(20_000) : random.nextInt(12);
        StringBuilder text = new StringBuilder();
        int kind = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(
                    switch (kind) {
                        case 0 -> random.nextInt(256); // latin1 bytes
                        case 1 -> random.nextInt(32); // control characters
                        case 2 -> 0x1F300 + random.nextInt(0x300); // emoji
                        case 3 -> 0x10000 + random.nextInt(0xFFFFF); // four bytes
                        case 4 -> "\"\\/\u2028\u2029\u007f\ufffe\ufeff{}[]:,".charAt(random.nextInt(14));
                        default -> ' ' + random.nextInt(95);
                    });
        }
        return text.toString();
    }
}

package io.changeover.transport.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.testing.TypeConcern;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.common.TimestampFormat;
import org.apache.flink.formats.json.canal.CanalJsonDeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.apache.flink.util.UserCodeClassLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our messages, read by the {@code canal-json} format of Apache Flink itself. */
class CanalJsonFlinkTest {

    private static final TableSchema T = new TableSchema(
            new TableName("shop", "t_order"),
            List.of(
                    Column.of("id", "bigint unsigned"),
                    Column.of("small", "smallint"),
                    Column.of("flag", "tinyint(1)"),
                    Column.of("amount", "decimal(10,2)"),
                    Column.of("ratio", "double"),
                    Column.of("weight", "float"),
                    Column.of("born", "date"),
                    Column.of("created", "datetime(3)"),
                    Column.of("kept_for", "time"),
                    Column.of("name", "varchar(50)"),
                    Column.of("state", "enum('new','paid')"),
                    Column.of("doc", "json"),
                    Column.of("raw", "varbinary(16)")),
            List.of("id"),
            1);

    /** What a Flink user declares; TIME, binary and JSON are texts. */
    private static final DataType FLINK = DataTypes.ROW(
            DataTypes.FIELD("id", DataTypes.DECIMAL(20, 0)),
            DataTypes.FIELD("small", DataTypes.SMALLINT()),
            DataTypes.FIELD("flag", DataTypes.TINYINT()),
            DataTypes.FIELD("amount", DataTypes.DECIMAL(10, 2)),
            DataTypes.FIELD("ratio", DataTypes.DOUBLE()),
            DataTypes.FIELD("weight", DataTypes.FLOAT()),
            DataTypes.FIELD("born", DataTypes.DATE()),
            DataTypes.FIELD("created", DataTypes.TIMESTAMP(3)),
            DataTypes.FIELD("kept_for", DataTypes.STRING()),
            DataTypes.FIELD("name", DataTypes.STRING()),
            DataTypes.FIELD("state", DataTypes.INT()),
            DataTypes.FIELD("doc", DataTypes.STRING()),
            DataTypes.FIELD("raw", DataTypes.STRING()));

    private static final Row FULL = Row.of(
            "18446744073709551615",
            "-32768",
            "1",
            "-12345678.90",
            "1.0E-4",
            "3.4028235E38",
            "2024-02-29",
            "2024-02-29 23:59:59.120",
            "-838:59:59",
            "it's \"\ud83d\ude00\"\n",
            "2",
            "{\"a\": [1, null]}",
            "\u0000\u00ff\u0080A");

    private static final Row SPARSE =
            Row.of("18446744073709551615", null, "0", "0.00", null, null, null, null, null, "", "1", null, null);

    private static final Version VERSION = new Version(1, 1, 1, 0);
    private static final Provenance FROM =
            new Provenance("legacy", Origin.STREAM, "3e11fa47-71ca-11e1-9e33-c80aa9429562:1", "b.1", 4, 0, 1000);

    private final CanalJsonEncoder encoder = new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH));
    private final CanalJsonDeserializationSchema flink = reader(FLINK);

    private static CanalJsonDeserializationSchema reader(DataType declared) {
        return CanalJsonDeserializationSchema.builder(declared, List.of(), TypeInformation.of(RowData.class))
                .setDatabase("shop")
                .setTable("t_order")
                .setTimestampFormat(TimestampFormat.SQL)
                .setIgnoreParseErrors(false)
                .build();
    }

    @BeforeEach
    void open() throws Exception {
        flink.open(new Context());
    }

    @Test
    void insert_isAnInsertedRow() throws Exception {
        assertThat(read(ChangeEvent.inserted(T, FULL, VERSION, FROM))).containsExactly(full(RowKind.INSERT));
        assertThat(read(ChangeEvent.inserted(T, SPARSE, VERSION, FROM))).containsExactly(sparse(RowKind.INSERT));
    }

    @Test
    void update_isTheRowBeforeAndTheRowAfter() throws Exception {
        assertThat(read(ChangeEvent.updated(T, FULL, SPARSE, VERSION, FROM)))
                .containsExactly(full(RowKind.UPDATE_BEFORE), sparse(RowKind.UPDATE_AFTER));
        assertThat(read(ChangeEvent.updated(T, SPARSE, FULL, VERSION, FROM)))
                .containsExactly(sparse(RowKind.UPDATE_BEFORE), full(RowKind.UPDATE_AFTER));
        assertThat(read(ChangeEvent.updated(T, FULL, FULL, VERSION, FROM)))
                .containsExactly(full(RowKind.UPDATE_BEFORE), full(RowKind.UPDATE_AFTER));
    }

    @Test
    void delete_isTheRowBefore() throws Exception {
        assertThat(read(ChangeEvent.deleted(T, FULL, VERSION, FROM))).containsExactly(full(RowKind.DELETE));
    }

    @Test
    void backfill_isAnInsert() throws Exception {
        Provenance backfill = Provenance.read("legacy", Origin.BACKFILL, 1);
        assertThat(read(ChangeEvent.inserted(T, FULL, VERSION, backfill))).containsExactly(full(RowKind.INSERT));
    }

    /** Whatever capture writes of any type: the messages of the type matrix, which it is held to. */
    @ParameterizedTest
    @MethodSource("io.changeover.transport.testing.TypeConcern#all")
    void everyType_isReadAsItIsWritten(TypeConcern concern) throws Exception {
        for (ObjectNode message : concern.messages()) {
            message.put("database", "shop")
                    .put("table", "t_order")
                    .put("es", 1)
                    .put("ts", 2)
                    .put("id", 3);
            List<Column> columns = new ArrayList<>();
            message.path("mysqlType")
                    .properties()
                    .forEach(type ->
                            columns.add(Column.of(type.getKey(), type.getValue().asText())));
            List<DataType> types =
                    columns.stream().map(CanalJsonFlinkTest::declared).toList();
            CanalJsonDeserializationSchema reader = reader(DataTypes.ROW(IntStream.range(0, types.size())
                    .mapToObj(i -> DataTypes.FIELD(columns.get(i).name(), types.get(i)))
                    .toArray(DataTypes.Field[]::new)));
            reader.open(new Context());
            List<List<@Nullable String>> read = new ArrayList<>();
            for (RowData row : read(reader, new JsonMapper().writeValueAsBytes(message))) {
                read.add(texts((GenericRowData) row));
            }
            assertThat(read).isEqualTo(wanted(message, columns));
        }
    }

    /** What a Flink user declares where Flink has a type that holds all of MySQL's values; else it is a text. */
    private static DataType declared(Column column) {
        boolean unsigned = column.unsigned();
        return switch (column.baseType()) {
            case "tinyint" -> unsigned ? DataTypes.SMALLINT() : DataTypes.TINYINT();
            case "smallint" -> unsigned ? DataTypes.INT() : DataTypes.SMALLINT();
            case "mediumint", "enum" -> DataTypes.INT();
            case "int" -> unsigned ? DataTypes.BIGINT() : DataTypes.INT();
            case "bigint" -> unsigned ? DataTypes.DECIMAL(20, 0) : DataTypes.BIGINT();
            case "float" -> DataTypes.FLOAT();
            case "double" -> DataTypes.DOUBLE();
            case "decimal" -> {
                String[] digits = column.mysqlType().split("[(,)]");
                int precision = Integer.parseInt(digits[1]);
                yield precision > 38 ? DataTypes.STRING() : DataTypes.DECIMAL(precision, Integer.parseInt(digits[2]));
            }
            default -> DataTypes.STRING();
        };
    }

    /** The kind of the row, and its values as texts. */
    private static List<@Nullable String> texts(GenericRowData row) {
        List<@Nullable String> texts = new ArrayList<>();
        texts.add(row.getRowKind().name());
        for (int i = 0; i < row.getArity(); i++) {
            Object value = row.getField(i);
            texts.add(value == null ? null : value.toString());
        }
        return texts;
    }

    private static List<List<@Nullable String>> wanted(ObjectNode message, List<Column> columns) {
        String type = message.path("type").asText();
        if (!type.equals("UPDATE")) {
            return List.of(wanted(type, message.at("/data/0"), columns));
        }
        ObjectNode before = message.at("/data/0").deepCopy();
        before.setAll((ObjectNode) message.at("/old/0"));
        return List.of(
                wanted("UPDATE_BEFORE", before, columns), wanted("UPDATE_AFTER", message.at("/data/0"), columns));
    }

    private static List<@Nullable String> wanted(String kind, JsonNode row, List<Column> columns) {
        List<@Nullable String> texts = new ArrayList<>();
        texts.add(kind);
        for (Column column : columns) {
            JsonNode value = row.path(column.name());
            texts.add(value.isNull() ? null : value.asText());
        }
        return texts;
    }

    /** With labels and Base64, a Flink user declares what the columns are. */
    @Test
    void labelsAndBase64_areStringAndBytes() throws Exception {
        DataType declared = DataTypes.ROW(
                DataTypes.FIELD("id", DataTypes.DECIMAL(20, 0)),
                DataTypes.FIELD("state", DataTypes.STRING()),
                DataTypes.FIELD("raw", DataTypes.BYTES()));
        CanalJsonDeserializationSchema reader = reader(declared);
        reader.open(new Context());
        CanalJsonEncoder shown = new CanalJsonEncoder(
                InstantSource.fixed(Instant.EPOCH), new MessageForm(EnumForm.LABEL, BinaryForm.BASE64));
        byte[] update = shown.encode(ChangeEvent.updated(T, FULL, SPARSE, VERSION, FROM), 1);
        assertThat(read(reader, update))
                .containsExactly(
                        GenericRowData.ofKind(
                                RowKind.UPDATE_BEFORE,
                                decimal("18446744073709551615", 20, 0),
                                StringData.fromString("paid"),
                                new byte[] {0, (byte) 0xff, (byte) 0x80, 'A'}),
                        GenericRowData.ofKind(
                                RowKind.UPDATE_AFTER,
                                decimal("18446744073709551615", 20, 0),
                                StringData.fromString("new"),
                                null));
    }

    /** A null value stands behind a delete where tombstones are wanted. */
    @Test
    void tombstone_isNoRow() throws Exception {
        assertThat(read(flink, null)).isEmpty();
    }

    private static RowData full(RowKind kind) {
        return GenericRowData.ofKind(
                kind,
                decimal("18446744073709551615", 20, 0),
                (short) -32768,
                (byte) 1,
                decimal("-12345678.90", 10, 2),
                1.0E-4,
                3.4028235E38f,
                (int) LocalDate.of(2024, 2, 29).toEpochDay(),
                TimestampData.fromLocalDateTime(LocalDateTime.parse("2024-02-29T23:59:59.120")),
                StringData.fromString("-838:59:59"),
                StringData.fromString("it's \"\ud83d\ude00\"\n"),
                2,
                StringData.fromString("{\"a\": [1, null]}"),
                StringData.fromString("\u0000\u00ff\u0080A"));
    }

    private static RowData sparse(RowKind kind) {
        return GenericRowData.ofKind(
                kind,
                decimal("18446744073709551615", 20, 0),
                null,
                (byte) 0,
                decimal("0.00", 10, 2),
                null,
                null,
                null,
                null,
                null,
                StringData.fromString(""),
                1,
                null,
                null);
    }

    private static @Nullable DecimalData decimal(String text, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(text), precision, scale);
    }

    private List<RowData> read(ChangeEvent event) throws Exception {
        return read(flink, encoder.encode(event, 1));
    }

    private static List<RowData> read(CanalJsonDeserializationSchema reader, byte @Nullable [] message)
            throws Exception {
        List<RowData> rows = new ArrayList<>();
        reader.deserialize(message, new Collector<>() {
            @Override
            public void collect(RowData row) {
                rows.add(row);
            }

            @Override
            public void close() {}
        });
        return rows;
    }

    private static final class Context implements DeserializationSchema.InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException();
        }
    }
}

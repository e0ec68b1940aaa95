package io.changeover.deploy.reconcile;

import static io.changeover.deploy.reconcile.BuggedPipeline.BLOCK;
import static io.changeover.deploy.reconcile.BuggedPipeline.CHUNK_ROWS;
import static io.changeover.deploy.reconcile.BuggedPipeline.INSERTED;
import static io.changeover.deploy.reconcile.BuggedPipeline.RENUMBERED;
import static io.changeover.reconcile.Mismatch.Kind.ALTERED;
import static io.changeover.reconcile.Mismatch.Kind.EXTRA;
import static io.changeover.reconcile.Mismatch.Kind.MISSING;
import static io.changeover.reconcile.Mismatch.Kind.STALE;

import io.changeover.deploy.reconcile.PlantedBug.Seam;
import io.changeover.deploy.reconcile.PlantedBug.Step;
import io.changeover.reconcile.Mismatch.Kind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The bugs, in the order in which a change meets the seams. The first one is in place when capture begins. */
final class PlantedBugs {

    private static final Pattern IN = Pattern.compile(" IN \\(([-0-9,]+)\\)");

    private PlantedBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(reads(), captured(), consumed(), defined(), values(), rows(), guard())
                .flatMap(List::stream)
                .toList();
    }

    /** What capture reads of rows that are there. */
    private static List<PlantedBug> reads() {
        return List.of(
                new PlantedBug(
                        "backfill-begins-late",
                        "each chunk of the backfill begins behind the first row that it should have",
                        Seam.CAPTURE_SQL,
                        "account",
                        Set.of(MISSING),
                        (pipeline, block) -> pipeline.captureSql(sql ->
                                sql.contains("`t_account` FORCE INDEX") ? sql.replace("`id` > ", "`id` > 1 + ") : sql),
                        (pipeline, block) -> pipeline.start(),
                        ""),
                new PlantedBug(
                                "copy-in-other-zone",
                                "rows that are read have their TIMESTAMP in another zone than rows of the binlog",
                                Seam.CAPTURE_SQL,
                                "item",
                                Set.of(ALTERED),
                                (pipeline, block) -> pipeline.captureSql(
                                        sql -> sql.replace(" `seen`,", " CONVERT_TZ(`seen`, '+00:00', '+02:00'),")))
                        .during((pipeline, block) -> pipeline.copyAgain("t_item", "area = '" + area(block) + "'", "")),
                sent(
                                "chunk-end-lost",
                                "the last row of each chunk of a copy is not sent",
                                "t_client",
                                "party",
                                Set.of(MISSING),
                                (row, block) -> row.number("id") % CHUNK_ROWS == CHUNK_ROWS - 1)
                        .during((pipeline, block) ->
                                pipeline.copyAgain("t_client", "TRUE", "DELETE FROM NEW.party WHERE kind = 'c'")),
                sent(
                                "chunk-lost",
                                "a chunk of a copy is counted as sent, and is not",
                                "t_account",
                                "account",
                                Set.of(MISSING),
                                (row, block) -> row.number("id") >= CHUNK_ROWS && row.number("id") < 2 * CHUNK_ROWS)
                        .during((pipeline, block) ->
                                pipeline.copyAgain("t_account", "TRUE", "DELETE FROM NEW.account")));
    }

    static String area(int block) {
        return "" + (char) ('A' + block / 26) + (char) ('A' + block % 26);
    }

    /** What capture sends of the binlog. */
    private static List<PlantedBug> captured() {
        Set<Kind> any = Set.of(ALTERED, MISSING, EXTRA);
        return List.of(
                sent(
                        "record-not-sent",
                        "one update is not sent",
                        "t_order",
                        "orders",
                        Set.of(ALTERED),
                        (row, block) -> row.number("id") == block * BLOCK + 3),
                new PlantedBug(
                        "before-image",
                        "an update is sent with the row as it was",
                        Seam.CAPTURE_KAFKA,
                        "account",
                        Set.of(ALTERED),
                        (pipeline, block) -> pipeline.sent("t_account", row -> {
                            var old = row.old();
                            if (old != null) {
                                row.row().setAll(old);
                            }
                            return row.changed();
                        })),
                sent(
                        "key-change-delete-lost",
                        "of a changed key, the delete is not sent",
                        "t_account",
                        "account",
                        Set.of(EXTRA),
                        (row, block) -> row.number("id") == block * BLOCK + 9),
                sent(
                        "key-change-insert-lost",
                        "of a changed key, the insert is not sent",
                        "t_item",
                        "item",
                        Set.of(MISSING),
                        (row, block) -> row.number("no") == 509),
                firstOfEachTransaction(),
                sent(
                        "transaction-end-lost",
                        "the last row of a transaction is not sent",
                        "t_account",
                        "account",
                        Set.of(MISSING),
                        (row, block) -> row.number("id") == INSERTED + block * BLOCK + 4),
                transactionLost(any),
                columnOfRowBefore(),
                edited("stale-text", "a TEXT is sent as it was before the update", "t_item", "item", row -> {
                    var old = row.old();
                    if (old != null && old.has("memo")) {
                        row.row().set("memo", old.get("memo"));
                    }
                }),
                edited(
                        "text-left-out",
                        "a TEXT that did not change is sent as NULL, as if the row image held it",
                        "t_item",
                        "item",
                        row -> {
                            var old = row.old();
                            if (old != null && !old.has("memo")) {
                                row.row().putNull("memo");
                            }
                        }),
                edited(
                        "default-lost",
                        "a value that the column's default gave is sent as NULL",
                        "t_item",
                        "item",
                        row -> {
                            if ("by default".equals(row.value("label"))) {
                                row.row().putNull("grade");
                            }
                        }),
                column(
                        "unsigned-as-signed",
                        "an unsigned number is read as a signed one",
                        "qty",
                        value -> Integer.toString((int) Long.parseLong(value))),
                column(
                        "timestamp-in-server-zone",
                        "a TIMESTAMP is sent in a zone of two hours later",
                        "seen",
                        value -> value.replace(" 00:", " 02:")),
                column(
                        "enum-off-by-one",
                        "an ENUM is sent with the number after its own",
                        "color",
                        value -> Integer.toString(Integer.parseInt(value) + 1)),
                column(
                        "utf8-as-latin1",
                        "text of UTF-8 is read as latin1",
                        "label",
                        value -> new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                                .substring(0, 10)),
                column(
                        "decimal-as-float",
                        "a decimal is read as a FLOAT",
                        "price",
                        value -> new BigDecimal(Float.toString(Float.parseFloat(value))).toPlainString()),
                rowTwice(),
                phantom());
    }

    private static PlantedBug sent(
            String name, String does, String oldTable, String table, Set<Kind> kinds, LostRow lost) {
        return new PlantedBug(
                name,
                does,
                Seam.CAPTURE_KAFKA,
                table,
                kinds,
                (pipeline, block) -> pipeline.sent(oldTable, row -> lost.is(row, block) ? row.lost() : row.record()));
    }

    private interface LostRow {
        boolean is(SentRow row, int block);
    }

    private static PlantedBug edited(String name, String does, String oldTable, String table, Consumer<SentRow> edit) {
        return new PlantedBug(
                name,
                does,
                Seam.CAPTURE_KAFKA,
                table,
                Set.of(ALTERED),
                (pipeline, block) -> pipeline.sent(oldTable, row -> {
                    edit.accept(row);
                    return row.changed();
                }));
    }

    private static PlantedBug column(String name, String does, String column, UnaryOperator<String> by) {
        return edited(name, does, "t_item", "item", row -> {
            String value = row.value(column);
            if (value != null) {
                row.row().put(column, by.apply(value));
            }
        });
    }

    private static PlantedBug firstOfEachTransaction() {
        return new PlantedBug(
                "transaction-begin-lost",
                "the first row of each transaction is not sent",
                Seam.CAPTURE_KAFKA,
                "account",
                Set.of(ALTERED, MISSING, EXTRA),
                (pipeline, block) -> {
                    Set<String> begun = ConcurrentHashMap.newKeySet();
                    pipeline.sent("t_account", row -> begun.add(row.gtid()) ? row.lost() : row.record());
                });
    }

    private static PlantedBug transactionLost(Set<Kind> kinds) {
        return new PlantedBug(
                "transaction-lost",
                "a whole transaction is not sent",
                Seam.CAPTURE_KAFKA,
                "party",
                kinds,
                (pipeline, block) -> {
                    AtomicReference<@Nullable String> lost = new AtomicReference<>();
                    pipeline.sent("t_partner", row -> {
                        lost.compareAndSet(null, row.gtid());
                        return row.gtid().equals(lost.get()) ? row.lost() : row.record();
                    });
                });
    }

    private static PlantedBug columnOfRowBefore() {
        return new PlantedBug(
                "column-of-row-before",
                "a column keeps its value of the row before",
                Seam.CAPTURE_KAFKA,
                "account",
                Set.of(ALTERED),
                (pipeline, block) -> {
                    AtomicReference<@Nullable String> before = new AtomicReference<>();
                    pipeline.sent("t_account", row -> {
                        String last = before.getAndSet(row.value("owner"));
                        if (last != null && row.value("owner") != null) {
                            row.row().put("owner", last);
                        }
                        return row.changed();
                    });
                });
    }

    private static PlantedBug rowTwice() {
        return new PlantedBug(
                "row-twice",
                "of several rows in one event, the first is sent again in place of the second",
                Seam.CAPTURE_KAFKA,
                "account",
                Set.of(MISSING),
                (pipeline, block) -> {
                    Map<String, SentRow> first = new HashMap<>();
                    pipeline.sent("t_account", row -> {
                        if (!row.type().equals("INSERT")
                                || row.number("id") < INSERTED
                                || row.number("id") > RENUMBERED) {
                            return row.record();
                        }
                        SentRow known = first.putIfAbsent(row.gtid(), row);
                        return known != null && row.number("id") == known.number("id") + 1
                                ? known.record()
                                : row.record();
                    });
                });
    }

    private static PlantedBug phantom() {
        return new PlantedBug(
                "rolled-back-row-sent",
                "a row of a transaction that was rolled back is sent",
                Seam.CAPTURE_KAFKA,
                "account",
                Set.of(EXTRA),
                (pipeline, block) -> pipeline.sent("t_account", row -> {
                    // its second change says all that this one does
                    if (!"once".equals(row.value("owner"))) {
                        return row.record();
                    }
                    row.row().put("id", Integer.toString(9_000_000 + block));
                    row.message().put("type", "INSERT").putNull("old");
                    return row.changed("{\"id\":\"" + (9_000_000 + block) + "\"}");
                }));
    }

    /** What apply's consumer hands on. */
    private static List<PlantedBug> consumed() {
        Set<Kind> any = Set.of(STALE, MISSING, EXTRA);
        return List.of(
                polled(
                        "first-of-poll-lost",
                        "the first record of each poll is lost",
                        "t_order",
                        "orders",
                        any,
                        records -> records.subList(1, records.size())),
                polled(
                        "last-of-poll-lost",
                        "the last record of each poll is lost",
                        "t_client",
                        "party",
                        any,
                        records -> records.subList(0, records.size() - 1)),
                polled(
                        "every-third-lost",
                        "every third record is lost, by its offset",
                        "t_item",
                        "item",
                        any,
                        records -> records.stream()
                                .filter(record -> record.offset() % 3 != 0)
                                .toList()),
                new PlantedBug(
                        "partition-lost",
                        "one partition is never consumed",
                        Seam.APPLY_KAFKA,
                        "account",
                        any,
                        (pipeline, block) -> pipeline.consumed(
                                "t_account", (partition, records) -> partition.partition() == 1 ? List.of() : records)),
                new PlantedBug(
                                "offset-off-by-one",
                                "apply begins one record behind where it left off",
                                Seam.APPLY_KAFKA,
                                "orders",
                                any,
                                (pipeline, block) -> {})
                        .during((pipeline, block) -> pipeline.whileApplyIsDown(() -> {
                            pipeline.burst(block);
                            Set<TopicPartition> begun = ConcurrentHashMap.newKeySet();
                            pipeline.consumed(
                                    "t_order",
                                    (partition, records) ->
                                            begun.add(partition) ? records.subList(1, records.size()) : records);
                        })),
                polled(
                        "deletes-passed-over",
                        "deletes are taken for nothing",
                        "t_partner",
                        "party",
                        Set.of(EXTRA),
                        records -> records.stream()
                                .filter(record -> !text(record).contains("\"type\":\"DELETE\""))
                                .toList()),
                polled(
                        "inserts-passed-over",
                        "inserts are taken for nothing",
                        "t_item",
                        "item",
                        Set.of(MISSING),
                        records -> records.stream()
                                .filter(record -> !text(record).contains("\"type\":\"INSERT\""))
                                .toList()));
    }

    private static PlantedBug polled(
            String name,
            String does,
            String oldTable,
            String table,
            Set<Kind> kinds,
            UnaryOperator<List<ConsumerRecord<byte[], byte[]>>> by) {
        return new PlantedBug(
                name,
                does,
                Seam.APPLY_KAFKA,
                table,
                kinds,
                (pipeline, block) -> pipeline.consumed(oldTable, (partition, records) -> by.apply(records)));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8);
    }

    /** What apply takes for the mapping. */
    private static List<PlantedBug> defined() {
        return List.of(
                defined(
                        "columns-swapped",
                        "two columns of the mapping are swapped",
                        "party",
                        Set.of(ALTERED),
                        "columns: { name: name, email: email }",
                        "columns: { name: email, email: name }"),
                defined(
                        "column-forgotten",
                        "a column is not mapped",
                        "party",
                        Set.of(ALTERED),
                        "columns: { name: name, email: email }",
                        "columns: { name: name }"),
                defined(
                        "another-shard-rule",
                        "rows go to shards by another rule",
                        "orders",
                        Set.of(MISSING, EXTRA, STALE),
                        "MOD(user_id DIV 10, 3)",
                        "MOD(user_id, 3)"),
                defined(
                        "filter-forgotten",
                        "rows that the mapping leaves out are written",
                        "orders",
                        Set.of(EXTRA),
                        "    where: \"is_test = 0\"\n",
                        ""),
                defined(
                        "rounded-down",
                        "a computed column is rounded down",
                        "orders",
                        Set.of(ALTERED),
                        "ROUND(amount * 100)",
                        "FLOOR(amount * 100)"),
                defined(
                        "case-forgotten",
                        "one case of a computed column is left out",
                        "orders",
                        Set.of(ALTERED),
                        " WHEN 1 THEN 'PAID'",
                        ""),
                defined(
                                "wrong-constant",
                                "the constant of a merged table's key is another one",
                                "party",
                                Set.of(MISSING, EXTRA, STALE),
                                "kind: \"'c'\"",
                                "kind: \"'x'\"")
                        .mendedBy("DELETE FROM NEW.party WHERE kind = 'x'"));
    }

    private static PlantedBug defined(
            String name, String does, String table, Set<Kind> kinds, String right, String wrong) {
        return new PlantedBug(
                name,
                does,
                Seam.DEFINITION,
                table,
                kinds,
                (pipeline, block) -> pipeline.redefine(yaml -> yaml.replace(right, wrong)));
    }

    /** Values, as apply writes them. */
    private static List<PlantedBug> values() {
        return List.of(
                value("text-truncated", "a text is cut at 8 characters", "label", "LEFT({}, 8)"),
                value("blanks-trimmed", "trailing blanks are lost", "label", "RTRIM({})"),
                value("letters-folded", "a text is written in lower case", "label", "LOWER({})"),
                value("accents-lost", "accents are lost", "label", "REPLACE({}, 'ï', 'i')"),
                value("question-marks", "characters become question marks", "label", "REPLACE({}, '日', '?')"),
                value("emoji-lost", "characters of four bytes are lost", "label", "REPLACE({}, '🙂', '')"),
                value("null-to-empty", "NULL becomes an empty text", "tag", "IFNULL({}, '')"),
                value("empty-to-null", "an empty text becomes NULL", "memo", "NULLIF({}, '')"),
                value(
                        "text-end-lost",
                        "the last character of a long text is lost",
                        "memo",
                        "LEFT({}, CHAR_LENGTH({}) - 1)"),
                value("null-to-zero", "NULL becomes 0", "delta", "IFNULL({}, 0)"),
                value("sign-lost", "the sign of a number is lost", "delta", "ABS({})"),
                value("decimal-rounded", "a decimal is rounded to two digits", "price", "ROUND({}, 2)"),
                value("microseconds-lost", "fractions of a second are lost", "made", "LEFT({}, 19)"),
                value(
                        "datetime-shifted",
                        "a DATETIME is taken for one of another zone",
                        "made",
                        "DATE_ADD({}, INTERVAL 1 HOUR)"),
                value(
                        "timestamp-shifted",
                        "a TIMESTAMP is written in another zone",
                        "seen",
                        "DATE_SUB({}, INTERVAL 2 HOUR)"),
                value("date-off-by-one", "a DATE becomes the day before", "born", "DATE_SUB({}, INTERVAL 1 DAY)"),
                value("json-null", "no JSON becomes the JSON null", "doc", "IFNULL({}, 'null')"),
                value(
                        "json-number-rounded",
                        "a number in JSON goes through a DOUBLE",
                        "doc",
                        "JSON_SET({}, '$.big', 1.2345678901234568e16)"),
                value("json-element-lost", "an element of a JSON array is lost", "doc", "JSON_REMOVE({}, '$.b[2]')"),
                value("blob-cut-at-zero", "a BLOB ends at its first zero byte", "body", "SUBSTRING_INDEX({}, 0x00, 1)"),
                value(
                        "blob-zeros-trimmed",
                        "zero bytes at the end of a BLOB are lost",
                        "body",
                        "TRIM(TRAILING 0x00 FROM {})"),
                value("bits-shifted", "the bits of a BIT are shifted by one", "flags", "({}) << 1"),
                value(
                        "enum-next",
                        "an ENUM becomes the label after its own",
                        "color",
                        "IF({} = 'red', 'green', 'blue')"),
                value("unsigned-wrapped", "a large unsigned number becomes a negative one", "qty", "({}) - 4294967296"),
                odd("float-last-bits", "a FLOAT differs beyond the six digits that MySQL shows", "f", "{} + 0.0625"),
                odd("double-last-bit", "a DOUBLE differs in its last bit", "d", "({} + 0e0) * 1.0000000000000003e0"),
                odd("double-as-float", "a DOUBLE goes through a FLOAT", "d", "CAST({} AS FLOAT)"),
                odd(
                        "time-clipped",
                        "a TIME ends with the day",
                        "t",
                        "LEAST(CAST({} AS TIME(3)), CAST('23:59:59' AS TIME(3)))"),
                odd("time-sign-lost", "a negative TIME becomes a positive one", "t", "TRIM(LEADING '-' FROM {})"),
                odd("year-zero-lost", "the year 0000 becomes 2000", "y", "IF({} = 0, 2000, {})"),
                odd("zero-date-to-null", "a zero date becomes NULL", "z", "NULLIF({}, '0000-00-00 00:00:00')"),
                odd(
                        "set-label-lost",
                        "of a SET, all labels but the first are lost",
                        "s",
                        "SUBSTRING_INDEX({}, ',', 1)"),
                odd(
                        "binary-zeros-trimmed",
                        "zero bytes at the end of a VARBINARY are lost",
                        "vb",
                        "TRIM(TRAILING 0x00 FROM {})"),
                odd("json-number-as-text", "a number in JSON becomes a text", "j", "JSON_SET({}, '$.n', '7')"),
                odd("json-false-to-zero", "false in JSON becomes 0", "j", "JSON_SET({}, '$.b', 0)"),
                odd("json-null-member-lost", "a member of JSON that is null is lost", "j", "JSON_REMOVE({}, '$.x')"),
                odd("stray-digits", "a decimal has stray digits in a wider column", "w", "{} + 0.0001"),
                odd("key-letters-folded", "a text key is written in lower case", "code", "LOWER({})"),
                rows("columns-crossed", "two columns get each other's values", "item", Set.of(ALTERED), rows -> {
                    if (rows.has("tag") && rows.has("memo")) {
                        rows.rows().forEach(row -> {
                            int tag = rows.place("tag");
                            int memo = rows.place("memo");
                            String was = row.get(tag);
                            row.set(tag, "LEFT(" + row.get(memo) + ", 20)");
                            row.set(memo, was);
                        });
                    }
                }));
    }

    private static PlantedBug odd(String name, String does, String column, String becomes) {
        return value("odd", name, does, column, becomes);
    }

    private static PlantedBug value(String name, String does, String column, String becomes) {
        return value("item", name, does, column, becomes);
    }

    private static PlantedBug value(String table, String name, String does, String column, String becomes) {
        String bytes = new String(becomes.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return rows(
                name,
                does,
                table,
                Set.of(ALTERED),
                rows -> rows.change(column, literal -> bytes.replace("{}", literal)));
    }

    private static PlantedBug rows(
            String name, String does, String table, Set<Kind> kinds, Consumer<RowsStatement> by) {
        return new PlantedBug(name, does, Seam.APPLY_SQL, table, kinds, (pipeline, block) -> pipeline.rows(table, by));
    }

    /** Rows, as apply writes and deletes them. */
    private static List<PlantedBug> rows() {
        return List.of(
                rows(
                        "column-not-updated",
                        "an update leaves one column out",
                        "item",
                        Set.of(ALTERED),
                        rows -> rows.changeTail(tail -> tail.replaceAll("t\\.`price` = v\\.column_\\d+, ", ""))),
                rows(
                        "only-version-updated",
                        "an update writes the version and not the values",
                        "orders",
                        Set.of(ALTERED),
                        rows -> rows.changeTail(
                                tail -> tail.replaceAll("t\\.`(?!changeover)\\w+` = v\\.column_\\d+,? ?", ""))),
                rows(
                        "insert-ignore",
                        "a row that is there is not updated",
                        "item",
                        Set.of(STALE),
                        rows -> rows.changeTail(
                                tail -> tail.replaceAll("t\\.`(\\w+)` = v\\.column_\\d+", "t.`$1` = t.`$1`"))),
                rows(
                        "half-a-key",
                        "an update finds its row by the first column of the key only",
                        "item",
                        Set.of(ALTERED, STALE),
                        rows -> rows.changeTail(tail -> tail.replace(" AND t.`no` = q.k1", ""))),
                rows("rows-rotated", "the values of one column go to the next row", "item", Set.of(ALTERED), rows -> {
                    List<String> labels = new ArrayList<>();
                    rows.rows().forEach(row -> labels.add(row.get(rows.place("label"))));
                    Collections.rotate(labels, 1);
                    rows.rows().forEach(row -> row.set(rows.place("label"), labels.remove(0)));
                }),
                rows(
                        "wrong-row",
                        "two rows of a batch are written in each other's place",
                        "account",
                        Set.of(ALTERED, STALE),
                        rows -> {
                            if (!rows.isInsert() && rows.rows().size() > 1) {
                                String first = rows.rows().get(0).get(0);
                                rows.rows().get(0).set(0, rows.rows().get(1).get(0));
                                rows.rows().get(1).set(0, first);
                            }
                        }),
                rows("last-of-batch-lost", "the last row of a statement is lost", "account", Set.of(MISSING), rows -> {
                    if (rows.isInsert() && rows.rows().size() > 1) {
                        rows.rows().remove(rows.rows().size() - 1);
                    }
                }),
                rows("wrong-key", "a row is inserted under another key", "account", Set.of(MISSING, EXTRA), rows -> {
                    if (rows.isInsert()) {
                        rows.change("id", id -> id + " + 5000000");
                    }
                }),
                rows("wrong-shard", "a row is inserted in the next shard", "orders", Set.of(MISSING, EXTRA), rows -> {
                    if (rows.isInsert()) {
                        rows.changeHead(PlantedBugs::nextShard);
                    }
                }),
                new PlantedBug(
                        "two-shards",
                        "a row is inserted in the next shard, too",
                        Seam.APPLY_SQL,
                        "orders",
                        Set.of(EXTRA),
                        (pipeline, block) -> pipeline.applySql((link, sql) -> RowsStatement.of(sql)
                                .filter(rows -> rows.isInsert() && rows.table().startsWith("orders_"))
                                .map(rows -> List.of(nextShard(sql), sql))
                                .orElse(List.of(sql)))),
                new PlantedBug(
                        "delete-dropped",
                        "deletes are not executed",
                        Seam.APPLY_SQL,
                        "account",
                        Set.of(EXTRA),
                        (pipeline, block) -> pipeline.statements("DELETE t FROM NEW.`account`", sql -> "DO 0")),
                new PlantedBug(
                        "delete-too-much",
                        "a delete takes another row along",
                        Seam.APPLY_SQL,
                        "account",
                        Set.of(MISSING),
                        (pipeline, block) -> pipeline.statements(
                                "DELETE t FROM NEW.`account`",
                                sql -> keys(sql, keys -> keys.add(Integer.toString(block * BLOCK + 15))))),
                new PlantedBug(
                        "move-leaves-row",
                        "a row that moves to another shard stays in the old one",
                        Seam.APPLY_SQL,
                        "orders",
                        Set.of(EXTRA),
                        (pipeline, block) -> pipeline.statements(
                                "DELETE t FROM NEW.`orders_",
                                sql -> keys(
                                        sql,
                                        keys -> keys.removeIf(key -> {
                                            long in = Long.parseLong(key) - (long) block * BLOCK;
                                            return in >= 13 && in <= 15;
                                        })))),
                rolledBack());
    }

    private static String nextShard(String sql) {
        Matcher shard = Pattern.compile("`orders_(\\d)`").matcher(sql);
        return shard.find()
                ? sql.substring(0, shard.start(1))
                        + (Integer.parseInt(shard.group(1)) + 1) % 3
                        + sql.substring(shard.end(1))
                : sql;
    }

    /** The statement with other keys in its list. */
    private static String keys(String sql, Consumer<List<String>> by) {
        Matcher in = IN.matcher(sql);
        if (!in.find()) {
            throw new IllegalStateException("no list of keys: " + sql);
        }
        List<String> keys = new ArrayList<>(Arrays.asList(in.group(1).split(",")));
        by.accept(keys);
        return sql.substring(0, in.start(1))
                + (keys.isEmpty() ? "-1" : String.join(",", keys))
                + sql.substring(in.end(1));
    }

    private static PlantedBug rolledBack() {
        return new PlantedBug(
                "rows-rolled-back",
                "progress is committed, and its rows are not",
                Seam.APPLY_SQL,
                "account",
                Set.of(STALE, MISSING, EXTRA),
                (pipeline, block) -> {
                    Set<Integer> begun = ConcurrentHashMap.newKeySet();
                    pipeline.applySql((link, sql) -> {
                        boolean writes = RowsStatement.of(sql)
                                        .filter(rows -> rows.table().equals("account"))
                                        .isPresent()
                                || sql.startsWith("DELETE t FROM `" + pipeline.newSchema() + "`.`account`");
                        if (writes && begun.add(link)) {
                            return List.of("SAVEPOINT planted", sql);
                        }
                        if (sql.equalsIgnoreCase("COMMIT") && begun.remove(link)) {
                            return List.of("ROLLBACK TO SAVEPOINT planted", sql);
                        }
                        return List.of(sql);
                    });
                });
    }

    /** The guard by which the newer wins, where messages come late or twice. */
    private static List<PlantedBug> guard() {
        String live = "t.`changeover_version` FROM";
        return List.of(
                new PlantedBug(
                        "guard-inverted",
                        "the row that is there always counts as the newer one",
                        Seam.APPLY_SQL,
                        "account",
                        Set.of(STALE, EXTRA),
                        (pipeline, block) -> pipeline.applySql((link, sql) -> List.of(
                                ofAccounts(sql)
                                        ? sql.replace(
                                                live,
                                                "CONCAT(LEFT(t.`changeover_version`, 2), UNHEX(REPEAT('7F', 14))) FROM")
                                        : sql))),
                rows(
                                "version-ahead",
                                "versions are written that are ahead of the source's, and refuse what comes later",
                                "account",
                                Set.of(ALTERED),
                                rows -> rows.change(
                                        "changeover_version",
                                        version -> "CONCAT(LEFT(" + version + ", 4), UNHEX('00FFFFFFFFFFFFFF'), RIGHT("
                                                + version + ", 4))"))
                        .during((pipeline, block) -> {
                            pipeline.burst(block);
                            pipeline.drain();
                            pipeline.old(List.of(BuggedPipeline.nudge(block)));
                        })
                        .mendedBy(
                                "DELETE FROM NEW.account WHERE HEX(changeover_version) LIKE '________00FFFFFFFFFFFFFF%'"),
                late(
                        "guard-forgets",
                        "versions of rows are not looked at, and an old message comes again",
                        Set.of(STALE),
                        "UPDATE",
                        sql -> ofAccounts(sql) ? sql.replace(live, "UNHEX(REPEAT('00', 16)) FROM") : sql),
                late(
                        "tombstone-forgotten",
                        "deletes are not remembered, and an old message of the row comes again",
                        Set.of(EXTRA),
                        "DELETE",
                        sql -> sql.startsWith("INSERT INTO `changeover`.`tombstone`") ? "DO 0" : sql));
    }

    private static boolean ofAccounts(String sql) {
        return sql.startsWith("SELECT q.n, t.`changeover_version`") && sql.contains(".`account` t ");
    }

    /**
     * A bug of the guard, with the message before the last one of a row delivered once more behind the last one, as Kafka may.
     *
     * @param last type of the row's last message
     */
    private static PlantedBug late(String name, String does, Set<Kind> kinds, String last, UnaryOperator<String> bug) {
        Map<String, List<ConsumerRecord<byte[], byte[]>>> seen = new ConcurrentHashMap<>();
        Set<Integer> due = ConcurrentHashMap.newKeySet();
        Step plant = (pipeline, block) -> {
            pipeline.applySql((link, sql) -> List.of(bug.apply(sql)));
            pipeline.consumed("t_account", (partition, records) -> {
                List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>(records);
                if (due.remove(partition.partition())) {
                    seen.values().stream()
                            .filter(of -> of.size() > 1
                                    && of.get(0).partition() == partition.partition()
                                    && text(of.get(of.size() - 1)).contains("\"type\":\"" + last + "\""))
                            .findFirst()
                            .ifPresent(of -> all.add(again(
                                    of.get(of.size() - 2),
                                    records.get(records.size() - 1).offset() + 1)));
                }
                records.forEach(record -> seen.computeIfAbsent(
                                new String(record.key(), StandardCharsets.UTF_8), key -> new ArrayList<>())
                        .add(record));
                return all;
            });
        };
        return new PlantedBug(name, does, Seam.APPLY_SQL, "account", kinds, plant).during((pipeline, block) -> {
            pipeline.old(rowsWithTwoMessages(block, last));
            pipeline.drain();
            due.addAll(List.of(0, 1));
            pipeline.old(List.of(BuggedPipeline.nudge(block)));
        });
    }

    private static List<String> rowsWithTwoMessages(int block, String last) {
        String of = " WHERE id BETWEEN " + block * BLOCK + " AND " + (block * BLOCK + 9);
        return List.of(
                "UPDATE t_account SET owner = 'first'" + of,
                last.equals("DELETE") ? "DELETE FROM t_account" + of : "UPDATE t_account SET owner = 'second'" + of);
    }

    /** The records, and the last of them once more. */
    static List<ConsumerRecord<byte[], byte[]>> lastOneTwice(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>(records);
        ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
        all.add(again(last, last.offset() + 1));
        return all;
    }

    /** The same record at the offset of the marker behind the last one, which is no record's. */
    private static ConsumerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> record, long offset) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                offset,
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                record.headers(),
                record.leaderEpoch());
    }
}

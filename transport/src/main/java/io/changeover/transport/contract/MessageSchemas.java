package io.changeover.transport.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.TableSchema;
import java.util.Arrays;
import java.util.List;

/**
 * The JSON Schemas (2020-12) of the messages of one source, for its tables as they are: after a DDL statement they are to be
 * made again. Unknown fields are allowed everywhere, because fields may be added.
 */
public final class MessageSchemas {

    private static final List<String> STATEMENTS =
            List.of("CREATE", "ALTER", "ERASE", "TRUNCATE", "RENAME", "CINDEX", "DINDEX", "QUERY");

    private final String source;
    private final MessageForm form;

    /**
     * @param source the pipeline's name of the source
     * @param form how the pipeline's messages show their values
     */
    public MessageSchemas(String source, MessageForm form) {
        this.source = source;
        this.form = form;
    }

    /** The messages of a row topic; {@code $defs.key} is that of their keys. */
    public ObjectNode rows(String topic, TableSchema table) {
        ObjectNode schema = JsonSchema.document(
                topic,
                "A row change of " + table.name() + " as capture of " + source
                        + " writes it. Each delete may be followed by a record without a value.");
        schema.setAll(JsonSchema.object(rowFields(table)));
        // what stands in `old` follows from `type`
        ObjectNode update = JsonSchema.node();
        update.set("type", JsonSchema.constant(Operation.UPDATE.name()));
        ObjectNode changed = JsonSchema.node();
        changed.set("old", JsonSchema.one(JsonSchema.reference("old")));
        ObjectNode whole = JsonSchema.node();
        whole.set("old", JsonSchema.nothing());
        schema.set("if", JsonSchema.optional(update));
        schema.set("then", JsonSchema.optional(changed));
        schema.set("else", JsonSchema.optional(whole));
        ObjectNode definitions = schema.putObject("$defs");
        definitions.set("key", key(table));
        definitions.set("row", JsonSchema.object(values(table)));
        definitions.set(
                "old",
                JsonSchema.optional(values(table))
                        .put("description", "Only the columns that changed; null was NULL, absent is unchanged."));
        return schema;
    }

    private ObjectNode rowFields(TableSchema table) {
        ObjectNode fields = JsonSchema.node();
        fields.set("data", JsonSchema.one(JsonSchema.reference("row")));
        fields.set("database", JsonSchema.constant(table.name().schema()));
        common(fields, false);
        ObjectNode types = JsonSchema.node();
        ObjectNode codes = JsonSchema.node();
        for (Column column : table.columns()) {
            ObjectNode type = JsonSchema.type("string");
            type.putArray("examples").add(column.mysqlType());
            types.set(column.name(), type);
            codes.set(column.name(), JsonSchema.type("integer"));
        }
        fields.set("mysqlType", JsonSchema.object(types));
        fields.set("old", JsonSchema.node().put("description", "For an UPDATE what changed, else null."));
        fields.set(
                "pkNames",
                table.keyColumns().isEmpty() ? JsonSchema.nothing() : JsonSchema.exactly(table.keyColumns()));
        fields.set("sql", JsonSchema.constant(""));
        fields.set("sqlType", JsonSchema.object(codes).put("description", "Codes of java.sql.Types."));
        fields.set("table", JsonSchema.constant(table.name().table()));
        fields.set(
                "type",
                JsonSchema.oneOf(
                        Arrays.stream(Operation.values()).map(Enum::name).toList()));
        fields.set("changeover", ours(table));
        return fields;
    }

    private static void common(ObjectNode fields, boolean ddl) {
        fields.set("es", JsonSchema.integer("When the transaction was committed, ms since the epoch."));
        fields.set("gtid", JsonSchema.string("Always empty: the event's own GTID is changeover.gtid."));
        fields.set("id", JsonSchema.integer("Number of the batch; not unique."));
        fields.set("isDdl", JsonSchema.constant(ddl));
        fields.set("ts", JsonSchema.integer("When the message was built, ms since the epoch."));
    }

    private ObjectNode provenance() {
        ObjectNode fields = JsonSchema.node();
        fields.set("gtid", JsonSchema.string("The transaction; empty for rows that were read."));
        fields.set("source", JsonSchema.constant(source));
        fields.set(
                "op",
                JsonSchema.oneOf(
                        Arrays.stream(Origin.values()).map(Origin::text).toList()));
        fields.set("file", JsonSchema.string("The binlog file; empty for rows that were read."));
        fields.set("pos", JsonSchema.integer("Position in the file."));
        fields.set("row", JsonSchema.integer("Row in its binlog event."));
        fields.set("commit", JsonSchema.integer("When it was committed or read, microseconds since the epoch."));
        return fields;
    }

    private ObjectNode ours(TableSchema table) {
        ObjectNode fields = provenance();
        fields.set(
                "version",
                JsonSchema.text("^[0-9a-f]{32}$")
                        .put(
                                "description",
                                "Place of the change in the history of its table: of one key, higher is newer."));
        fields.set("schema", JsonSchema.integer("Counts the table's schemas from 1."));
        ObjectNode schema = JsonSchema.object(fields);
        // not required: only a message whose values have these forms says so
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.set("collation", JsonSchema.string("The collation of the text columns on the source."));
        properties.set(
                "collations",
                JsonSchema.type("object")
                        .put("description", "The collations of text columns that have another one, by column."));
        properties.set("enum", JsonSchema.constant("label"));
        properties.set("binary", JsonSchema.constant("base64"));
        properties.set("numbers", numbers(table).put("description", "The numbers of the labels in data."));
        properties.set("oldNumbers", numbers(table).put("description", "The numbers of the labels in old."));
        return schema;
    }

    private static ObjectNode numbers(TableSchema table) {
        ObjectNode numbers = JsonSchema.node();
        for (Column column : table.columns()) {
            if (column.baseType().equals("enum") || column.baseType().equals("set")) {
                numbers.set(column.name(), ValueSchema.of(column, MessageForm.CANAL));
            }
        }
        return JsonSchema.optional(numbers);
    }

    /** Keys are not changed by any option. */
    private static ObjectNode key(TableSchema table) {
        if (table.keyColumns().isEmpty()) {
            return JsonSchema.nothing();
        }
        ObjectNode values = JsonSchema.node();
        for (Column column : table.columns()) {
            if (table.keyColumns().contains(column.name())) {
                values.set(column.name(), ValueSchema.of(column, MessageForm.CANAL));
            }
        }
        return JsonSchema.object(values).put("description", "The record's key, in column order.");
    }

    private ObjectNode values(TableSchema table) {
        ObjectNode values = JsonSchema.node();
        for (Column column : table.columns()) {
            boolean key = table.keyColumns().contains(column.name());
            values.set(column.name(), key ? ValueSchema.of(column, form) : ValueSchema.nullable(column, form));
        }
        return values;
    }

    /** The messages of the source's DDL topic, whose records have no key. */
    public ObjectNode ddl(String topic) {
        ObjectNode schema = JsonSchema.document(topic, "A DDL statement on a captured table of " + source + ".");
        ObjectNode fields = JsonSchema.node();
        for (String absent : List.of("data", "mysqlType", "old", "pkNames", "sqlType")) {
            fields.set(absent, JsonSchema.nothing());
        }
        fields.set("database", JsonSchema.type("string"));
        common(fields, true);
        fields.set("sql", JsonSchema.string("The statement as in the binlog."));
        fields.set("table", JsonSchema.string("Empty for a statement about a database."));
        fields.set("type", JsonSchema.oneOf(STATEMENTS));
        fields.set("changeover", JsonSchema.object(provenance()));
        schema.setAll(JsonSchema.object(fields));
        schema.putObject("$defs").set("key", JsonSchema.nothing());
        return schema;
    }
}

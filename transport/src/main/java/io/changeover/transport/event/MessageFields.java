package io.changeover.transport.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The fields of one message as they stand there; reused from message to message. */
final class MessageFields {

    private final RowFields data = new RowFields();
    private final RowFields old = new RowFields();
    private final RowFields numbers = new RowFields();
    private final RowFields oldNumbers = new RowFields();
    private @Nullable String database;
    private @Nullable String table;
    private @Nullable String type;
    private SchemaText.@Nullable Part mysqlType;
    private SchemaText.@Nullable Part pkNames;
    private @Nullable String collation;
    private SchemaText.@Nullable Part collations;
    private boolean ddl;
    private boolean ours;
    private @Nullable String version;
    private @Nullable String op;
    private @Nullable String enums;
    private @Nullable String binary;
    private String gtid = "";
    private String source = "";
    private String file = "";
    private long schema;
    private long pos;
    private long row;
    private long commit;
    private @Nullable String flaw;

    void clear() {
        data.clear();
        old.clear();
        numbers.clear();
        oldNumbers.clear();
        database = null;
        table = null;
        type = null;
        mysqlType = null;
        pkNames = null;
        collation = null;
        collations = null;
        ddl = false;
        ours = false;
        version = null;
        op = null;
        enums = null;
        binary = null;
        gtid = "";
        source = "";
        file = "";
        schema = 0;
        pos = 0;
        row = 0;
        commit = 0;
        flaw = null;
    }

    /** Whether the object {@code changeover} was there. */
    boolean ours() {
        return ours;
    }

    boolean ddl() {
        return ddl;
    }

    RowFields data() {
        return data;
    }

    RowFields old() {
        return old;
    }

    RowFields numbers() {
        return numbers;
    }

    RowFields oldNumbers() {
        return oldNumbers;
    }

    /**
     * The form of the values; null: Canal's.
     *
     * @throws IllegalArgumentException when it is unknown
     */
    @Nullable
    MessageForm form() {
        if (enums == null && binary == null) {
            return null;
        }
        return MessageForm.parse(enums == null ? "number" : enums, binary == null ? "latin1" : binary);
    }

    String type() {
        return present(type, "type");
    }

    Version version() {
        return Version.parse(present(version, "changeover.version"));
    }

    SchemaText schemaText() {
        return new SchemaText(
                present(database, "database"),
                present(table, "table"),
                toInt(schema, "changeover.schema"),
                present(mysqlType, "mysqlType"),
                present(pkNames, "pkNames"),
                collation,
                collations);
    }

    Provenance provenance() {
        return new Provenance(
                source,
                Origin.parse(present(op, "changeover.op")),
                gtid,
                file,
                pos,
                toInt(row, "changeover.row"),
                commit);
    }

    /** @throws IllegalArgumentException when a field that was read is not of its type */
    void requireWhole() {
        if (flaw != null) {
            throw new IllegalArgumentException(flaw);
        }
        if (data.flaw() != null || data.rows() == 0) {
            throw new IllegalArgumentException("data " + (data.flaw() == null ? "has no row" : data.flaw()));
        }
        if (old.flaw() != null) {
            throw new IllegalArgumentException("old " + old.flaw());
        }
        if (numbers.flaw() != null || oldNumbers.flaw() != null) {
            throw new IllegalArgumentException("changeover.numbers or changeover.oldNumbers: "
                    + (numbers.flaw() == null ? oldNumbers.flaw() : numbers.flaw()));
        }
    }

    /** Reads the field whose name stands at the parser, and its value. */
    void read(JsonParser json, byte[] message) throws IOException {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
            case "data" -> data.read(json);
            case "old" -> old.read(json);
            case "mysqlType" -> mysqlType = part(json, message);
            case "pkNames" -> pkNames = part(json, message);
            case "database" -> database = text(json, name);
            case "table" -> table = text(json, name);
            case "type" -> type = text(json, name);
            case "isDdl" -> ddl = json.currentToken() == JsonToken.VALUE_TRUE;
            case "changeover" -> readOurs(json, message);
            default -> json.skipChildren();
        }
        // a value of another type than expected may have parts
        json.skipChildren();
    }

    private void readOurs(JsonParser json, byte[] message) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        ours = true;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "collation" -> collation = text(json, name);
                case "collations" -> collations = part(json, message);
                case "version" -> version = text(json, name);
                case "op" -> op = text(json, name);
                case "enum" -> enums = text(json, name);
                case "binary" -> binary = text(json, name);
                case "numbers" -> numbers.readObject(json);
                case "oldNumbers" -> oldNumbers.readObject(json);
                case "gtid" -> gtid = text(json, name);
                case "source" -> source = text(json, name);
                case "file" -> file = text(json, name);
                case "schema" -> schema = number(json, name);
                case "pos" -> pos = number(json, name);
                case "row" -> row = number(json, name);
                case "commit" -> commit = number(json, name);
                default -> {}
            }
            json.skipChildren();
        }
    }

    private String text(JsonParser json, String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        flaw = name + " is no text";
        return "";
    }

    private long number(JsonParser json, String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return json.getLongValue();
        }
        flaw = name + " is no integer of 64 bits";
        return 0;
    }

    private static SchemaText.Part part(JsonParser json, byte[] message) throws IOException {
        int from = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        json.finishToken();
        return new SchemaText.Part(message, from, (int) json.currentLocation().getByteOffset());
    }

    private static int toInt(long number, String name) {
        if (number != (int) number) {
            throw new IllegalArgumentException(name + " is no integer of 32 bits");
        }
        return (int) number;
    }

    private static <T> T present(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}

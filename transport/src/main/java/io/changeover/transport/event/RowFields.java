package io.changeover.transport.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The first object of {@code data} or {@code old} as it stands in the message; reused from message to message. */
final class RowFields {

    private int rows;
    private int count;
    private String[] names = new String[32];
    private @Nullable String[] values = new @Nullable String[32];
    private @Nullable String flaw;

    void clear() {
        rows = 0;
        Arrays.fill(values, 0, count, null);
        count = 0;
        flaw = null;
    }

    /** How many objects were in the array. */
    int rows() {
        return rows;
    }

    /** What is wrong with it, or null. */
    @Nullable
    String flaw() {
        return flaw;
    }

    /** Reads the object that stands at the parser: values by column, without an array around. */
    void readObject(JsonParser json) throws IOException {
        clear();
        if (json.currentToken() == JsonToken.START_OBJECT) {
            readRow(json);
            return;
        }
        flaw = "is no object";
        json.skipChildren();
    }

    /**
     * Turns the values that are shown in other forms back into Canal's.
     *
     * @param numbers what the message says beside its labels
     * @throws IllegalArgumentException when a value is not in its form
     */
    void restore(ColumnForms forms, RowFields numbers) {
        for (int i = 0; i < count; i++) {
            String value = values[i];
            if (value != null) {
                values[i] = forms.restored(names[i], value, numbers.get(names[i]));
            }
        }
    }

    private @Nullable String get(String name) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        return null;
    }

    /** Reads the array, or null, that stands at the parser. */
    void read(JsonParser json) throws IOException {
        clear();
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            flaw = "is no array";
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            rows++;
            if (json.currentToken() != JsonToken.START_OBJECT) {
                flaw = "holds something that is no object";
            } else if (rows == 1) {
                readRow(json);
                continue;
            }
            json.skipChildren();
        }
    }

    private void readRow(JsonParser json) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            if (count == names.length) {
                names = Arrays.copyOf(names, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            names[count] = name;
            JsonToken token = json.nextToken();
            if (token == JsonToken.VALUE_STRING) {
                values[count] = json.getText();
            } else if (token != JsonToken.VALUE_NULL) {
                flaw = "has a value that is neither text nor null, of column " + name;
                json.skipChildren();
            }
            count++;
        }
    }

    /**
     * The whole row.
     *
     * @throws IllegalArgumentException when the columns are not those of {@code schema}
     */
    Row row(TableSchema schema) {
        @Nullable String[] row = new @Nullable String[schema.columns().size()];
        if (count != row.length) {
            throw new IllegalArgumentException("data has " + count + " columns, mysqlType " + row.length);
        }
        if (inOrder(schema)) {
            System.arraycopy(values, 0, row, 0, count);
            return new Row(row);
        }
        boolean[] seen = new boolean[count];
        for (int i = 0; i < count; i++) {
            int column = index(schema, names[i]);
            if (seen[column]) {
                throw new IllegalArgumentException("column " + names[i] + " is twice in data");
            }
            seen[column] = true;
            row[column] = values[i];
        }
        return new Row(row);
    }

    /** The row before: the row after, with the values of here over it. */
    Row over(TableSchema schema, Row after) {
        @Nullable String[] row = new @Nullable String[schema.columns().size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = after.get(i);
        }
        for (int i = 0; i < count; i++) {
            row[index(schema, names[i])] = values[i];
        }
        return new Row(row);
    }

    private boolean inOrder(TableSchema schema) {
        for (int i = 0; i < count; i++) {
            if (!schema.columns().get(i).name().equals(names[i])) {
                return false;
            }
        }
        return true;
    }

    private static int index(TableSchema schema, String name) {
        int index = schema.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("column " + name + " is not in mysqlType");
        }
        return index;
    }
}

package io.changeover.transport.event;

import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table whose values a message shows in another form than Canal's, and the way there and back. Bytes are
 * turned back from what is shown. Numbers are not: one label may have several ({@link Labels}), so the number stands in the
 * message beside its label.
 */
final class ColumnForms {

    private enum Kind {
        CANALS,
        LABEL,
        BASE64
    }

    private final TableSchema schema;
    private final MessageForm form;
    private final List<Kind> kinds;
    private final List<UnaryOperator<String>> shown;

    ColumnForms(TableSchema schema, MessageForm form) {
        this.schema = schema;
        this.form = form;
        this.kinds = schema.columns().stream().map(column -> kind(column, form)).toList();
        this.shown = IntStream.range(0, kinds.size()).mapToObj(this::shown).toList();
    }

    private static Kind kind(Column column, MessageForm form) {
        boolean number = column.baseType().equals("enum") || column.baseType().equals("set");
        if (number) {
            return form.enums() == EnumForm.LABEL ? Kind.LABEL : Kind.CANALS;
        }
        boolean bytes = column.sqlType() == Types.BLOB;
        return bytes && form.binary() == BinaryForm.BASE64 ? Kind.BASE64 : Kind.CANALS;
    }

    private UnaryOperator<String> shown(int i) {
        Column column = schema.columns().get(i);
        return switch (kinds.get(i)) {
            case CANALS -> UnaryOperator.identity();
            case LABEL -> {
                Labels labels = Labels.of(column);
                yield column.baseType().equals("enum") ? labels::ofIndex : labels::ofBits;
            }
            case BASE64 -> text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
        };
    }

    @SuppressWarnings("ReferenceEquality") // asked for every message; the decoder shares one schema between its rows
    boolean isOf(TableSchema other, MessageForm otherForm) {
        return schema == other && form.equals(otherForm);
    }

    /** Whether no column has another form than Canal's. */
    boolean areCanals() {
        return kinds.stream().allMatch(kind -> kind == Kind.CANALS);
    }

    boolean hasBase64() {
        return kinds.contains(Kind.BASE64);
    }

    /** The columns that are shown by label, by table order. */
    int[] labelled() {
        return IntStream.range(0, kinds.size())
                .filter(i -> kinds.get(i) == Kind.LABEL)
                .toArray();
    }

    /** The java.sql.Types code of what is shown. */
    int sqlType(int i) {
        return kinds.get(i) == Kind.LABEL
                ? Types.VARCHAR
                : schema.columns().get(i).sqlType();
    }

    /** The row as a message shows it. */
    Row shown(Row row) {
        @Nullable String[] values = new @Nullable String[row.size()];
        for (int i = 0; i < values.length; i++) {
            String value = row.get(i);
            values[i] = value == null ? null : shown.get(i).apply(value);
        }
        return new Row(values);
    }

    /**
     * Canal's text of a value.
     *
     * @param number what the message says beside a label
     * @throws IllegalArgumentException when the value is not in its form, or the column not in the table
     */
    String restored(String column, String value, @Nullable String number) {
        int i = schema.indexOf(column);
        if (i < 0) {
            throw new IllegalArgumentException("column " + column + " is not in mysqlType");
        }
        return switch (kinds.get(i)) {
            case CANALS -> value;
            case BASE64 -> new String(Base64.getDecoder().decode(value), StandardCharsets.ISO_8859_1);
            case LABEL -> {
                if (number == null) {
                    throw new IllegalArgumentException("a number is missing beside the label of column " + column);
                }
                yield number;
            }
        };
    }
}

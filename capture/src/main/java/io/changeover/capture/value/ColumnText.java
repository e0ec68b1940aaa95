package io.changeover.capture.value;

import io.changeover.transport.event.Column;

/** What stands in the parentheses of a column's type. */
final class ColumnText {

    private ColumnText() {}

    /** The first number in parentheses: 16 of {@code binary(16)}; 1 when there is none. */
    static int length(Column column) {
        String type = column.mysqlType();
        int open = type.indexOf('(');
        if (open < 0) {
            return 1;
        }
        int end = open + 1;
        while (Character.isDigit(type.charAt(end))) {
            end++;
        }
        return Integer.parseInt(type.substring(open + 1, end));
    }
}

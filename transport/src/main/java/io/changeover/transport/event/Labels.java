package io.changeover.transport.event;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The labels of an ENUM or SET column, in the order that gives them their numbers. Two of them may be the same text: MySQL
 * admits a member twice outside of strict mode, and a member {@code ''} beside the {@code ''} of an invalid value; so a
 * number has one label, but a label may have several numbers.
 */
public final class Labels {

    private final List<String> labels;

    private Labels(List<String> labels) {
        this.labels = List.copyOf(labels);
    }

    /**
     * Reads {@code enum('a','it''s','back\\slash')}: MySQL's string literals, with all their escapes.
     *
     * @throws IllegalArgumentException when the type is no list of such literals
     */
    public static Labels of(Column column) {
        String type = column.mysqlType();
        List<String> labels = new ArrayList<>();
        int at = type.indexOf('(') + 1;
        while (at > 0 && at < type.length() && type.charAt(at) == '\'') {
            StringBuilder label = new StringBuilder();
            at = literal(type, at, label);
            labels.add(label.toString());
            at += at < type.length() && type.charAt(at) == ',' ? 1 : 0;
        }
        if (labels.isEmpty() || at != type.length() - 1 || type.charAt(at) != ')') {
            throw new IllegalArgumentException("column " + column.name() + " has no list of members: " + type);
        }
        return new Labels(labels);
    }

    /** A member as {@code SHOW CREATE TABLE} prints it, with its quotes. */
    public static String quoted(String label) {
        StringBuilder literal = new StringBuilder("'");
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            switch (c) {
                case '\'' -> literal.append("''");
                case '\\' -> literal.append("\\\\");
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\0' -> literal.append("\\0");
                default -> literal.append(c);
            }
        }
        return literal.append('\'').toString();
    }

    /**
     * The text of a string literal of MySQL in either sort of quotes.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static String unquoted(String literal) {
        StringBuilder text = new StringBuilder();
        if (literal.length() < 2 || literal(literal, 0, text) != literal.length()) {
            throw new IllegalArgumentException("no string literal: " + literal);
        }
        return text.toString();
    }

    /** Reads the literal whose quote stands at {@code from}; returns where it is over, or beyond the end when it is not. */
    private static int literal(String sql, int from, StringBuilder text) {
        char quote = sql.charAt(from);
        for (int i = from + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            boolean last = i + 1 == sql.length();
            if (c == quote && (last || sql.charAt(i + 1) != quote)) {
                return i + 1;
            }
            if ((c == quote || c == '\\') && !last) {
                i++;
                text.append(c == quote ? quote : escaped(sql.charAt(i)));
            } else {
                text.append(c);
            }
        }
        return sql.length() + 1;
    }

    private static char escaped(char c) {
        return switch (c) {
            case '0' -> '\0';
            case 'b' -> '\b';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'Z' -> '\u001a';
            default -> c;
        };
    }

    /** The labels by their numbers, from 1; of a SET by their bits, from the lowest. */
    public List<String> all() {
        return labels;
    }

    /**
     * The label of an ENUM's number; 0 is MySQL's empty text for an invalid value.
     *
     * @throws IllegalArgumentException when there is no such number
     */
    public String ofIndex(String number) {
        int index = Integer.parseInt(number);
        if (index < 0 || index > labels.size()) {
            throw new IllegalArgumentException("index of " + labels.size() + " labels: " + number);
        }
        return index == 0 ? "" : labels.get(index - 1);
    }

    /**
     * The labels of a SET's bits, with commas between, which no label of a SET may have.
     *
     * @throws IllegalArgumentException when there are no such bits
     */
    public String ofBits(String number) {
        BigInteger bits = new BigInteger(number);
        if (bits.signum() < 0 || bits.bitLength() > labels.size()) {
            throw new IllegalArgumentException("bits of " + labels.size() + " labels: " + number);
        }
        List<String> set = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            if (bits.testBit(i)) {
                set.add(labels.get(i));
            }
        }
        return String.join(",", set);
    }
}

package io.changeover.apply.mapping;

import io.changeover.transport.event.Column;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The labels of an ENUM or SET column: a message has their numbers, in the numbering of the old table. */
final class Labels {

    private final List<String> labels;

    private Labels(List<String> labels) {
        this.labels = labels;
    }

    /** Reads {@code enum('a','it''s')}. */
    static Labels of(Column column) {
        String type = column.mysqlType();
        List<String> labels = new ArrayList<>();
        int at = type.indexOf('\'');
        while (at >= 0) {
            StringBuilder label = new StringBuilder();
            int i = at + 1;
            while (i < type.length()) {
                char c = type.charAt(i);
                if (c == '\'' && i + 1 < type.length() && type.charAt(i + 1) == '\'') {
                    i++;
                } else if (c == '\'') {
                    break;
                }
                label.append(c);
                i++;
            }
            labels.add(label.toString());
            at = type.indexOf('\'', i + 1);
        }
        return new Labels(List.copyOf(labels));
    }

    /** The label of an ENUM's number; 0 is MySQL's empty text for an invalid value. */
    String ofIndex(String number) {
        int index = Integer.parseInt(number);
        if (index < 0 || index > labels.size()) {
            throw new IllegalArgumentException("index of " + labels.size() + " labels: " + number);
        }
        return index == 0 ? "" : labels.get(index - 1);
    }

    /** The labels of a SET's bits, with commas. */
    String ofBits(String number) {
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

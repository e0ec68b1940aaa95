package io.changeover.deploy.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a value may lose, or why it may be refused, when a column is taken over into another type. Only the obvious. */
final class Losses {

    private static final Map<String, Integer> INTEGER_BYTES =
            Map.of("tinyint", 1, "smallint", 2, "mediumint", 3, "int", 4, "bigint", 8);

    private Losses() {}

    static List<String> of(ColumnFacts old, ColumnFacts next) {
        List<String> losses = new ArrayList<>();
        if (old.nullable() && !next.nullable()) {
            losses.add("NULL is refused");
        }
        Integer from = INTEGER_BYTES.get(old.base());
        Integer to = INTEGER_BYTES.get(next.base());
        if (from != null && to != null) {
            integers(old, next, from, to, losses);
        } else if (old.base().equals("decimal") && next.base().equals("decimal")) {
            decimals(old, next, losses);
        } else if (old.base().equals("decimal") && to != null) {
            addIf(old.scale() > 0, "digits after the point are rounded", losses);
        } else if ((old.base().equals("double") || old.base().equals("decimal"))
                && next.base().equals("float")) {
            losses.add("digits beyond about 7 are lost");
        } else if (isMoment(old) && isMoment(next)) {
            addIf(next.scale() < old.scale(), "fraction rounded to " + next.scale() + " digits", losses);
        } else if (isMoment(old) && next.base().equals("date")) {
            losses.add("the time of day is lost");
        }
        if (old.charset() != null && next.charset() != null) {
            texts(old, next, losses);
        } else if (old.length() > 0 && next.length() > 0) {
            addIf(next.length() < old.length(), "more than " + next.length() + " bytes are refused", losses);
        }
        return losses;
    }

    private static void integers(ColumnFacts old, ColumnFacts next, int from, int to, List<String> losses) {
        boolean negative = next.unsigned() && !old.unsigned();
        addIf(negative, "negative numbers are refused", losses);
        boolean narrower = to < from || (to == from && old.unsigned() && !next.unsigned());
        addIf(narrower, "large numbers are refused", losses);
    }

    private static void decimals(ColumnFacts old, ColumnFacts next, List<String> losses) {
        addIf(next.scale() < old.scale(), "rounded to " + next.scale() + " digits after the point", losses);
        boolean narrower = next.precision() - next.scale() < old.precision() - old.scale();
        addIf(narrower, "large numbers are refused", losses);
        addIf(next.unsigned() && !old.unsigned(), "negative numbers are refused", losses);
    }

    private static void texts(ColumnFacts old, ColumnFacts next, List<String> losses) {
        boolean labels = next.base().equals("enum") || next.base().equals("set");
        if (labels) {
            addIf(
                    !old.type().equals(next.type()),
                    "other labels than those of " + next.type() + " are refused",
                    losses);
            return;
        }
        addIf(next.length() < old.length(), "more than " + next.length() + " characters are refused", losses);
        boolean universal = String.valueOf(next.charset()).equals("utf8mb4");
        addIf(
                !universal && !String.valueOf(next.charset()).equals(old.charset()),
                "characters outside " + next.charset() + " are refused",
                losses);
    }

    private static boolean isMoment(ColumnFacts column) {
        return column.base().equals("datetime") || column.base().equals("timestamp");
    }

    private static void addIf(boolean condition, String loss, List<String> losses) {
        if (condition) {
            losses.add(loss);
        }
    }
}

package io.changeover.deploy.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What a value may lose, or why it may be refused, when a column is taken over into another type: for every pair of types,
 * as MySQL's strict mode takes the text of a message. Said is what can be, not what is: that needs the data.
 */
final class Losses {

    private Losses() {}

    /** @param plain whether the old column is taken over as it is, and not through an expression */
    static List<Loss> of(ColumnFacts old, ColumnFacts next, boolean plain) {
        List<Loss> losses = new ArrayList<>();
        if (next.generated()) {
            losses.add(Loss.refused("the column is generated: nothing can be written to it"));
            return losses;
        }
        if (old.nullable() && !next.nullable()) {
            losses.add(Loss.refused("NULL is refused"));
        }
        switch (next.family()) {
            case INTEGER, DECIMAL, FLOAT, BIT, YEAR -> NumberLosses.into(old, next, plain, losses);
            case DATE, MOMENT, TIME -> TemporalLosses.into(old, next, losses);
            case TEXT, ENUM, SET, BYTES -> TextLosses.into(old, next, plain, losses);
            case JSON -> json(old, losses);
            case GEOMETRY, VECTOR -> same(old, next, losses);
        }
        boolean merged = losses.stream().anyMatch(loss -> loss.kind() == Loss.Kind.changed);
        for (String index : next.uniques()) {
            if (merged) {
                losses.add(
                        Loss.refused("where two values become one, unique index " + index + " holds the second back"));
            }
        }
        return losses;
    }

    private static void json(ColumnFacts old, List<Loss> losses) {
        switch (old.family()) {
            case JSON -> {}
            case INTEGER, DECIMAL, BIT, FLOAT -> losses.add(Loss.mind("becomes a JSON number"));
            case YEAR -> {
                losses.add(Loss.mind("becomes a JSON number"));
                losses.add(Loss.refused("the year 0000 is refused"));
            }
            case TEXT, ENUM, SET -> {
                losses.add(Loss.refused("texts that are no JSON are refused"));
                losses.add(Loss.changed("blanks, double names and the order of names inside are lost"));
            }
            case DATE, MOMENT, TIME ->
                losses.add(Loss.refused("every value is refused: it is no JSON; use JSON_QUOTE"));
            case BYTES, GEOMETRY, VECTOR -> losses.add(Loss.refused("every value is refused: bytes are no JSON"));
        }
    }

    private static void same(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        if (old.family() != next.family()) {
            losses.add(Loss.refused("values of " + old.base() + " are refused; use an expression"));
        } else if (!old.type().equals(next.type()) && !next.base().equals("geometry")) {
            losses.add(Loss.refused("values other than " + next.type() + " are refused"));
        }
    }

    static void addIf(boolean condition, Loss loss, List<Loss> losses) {
        if (condition) {
            losses.add(loss);
        }
    }
}

package io.changeover.deploy.plan;

import static io.changeover.deploy.plan.Losses.addIf;

import java.util.List;

/** Into a column that holds a date or a time. Both sessions run in UTC. */
final class TemporalLosses {

    private TemporalLosses() {}

    static void into(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        boolean stamp = next.base().equals("timestamp");
        switch (old.family()) {
            case MOMENT -> moments(old, next, stamp, losses);
            case DATE -> {
                addIf(next.family() == TypeFamily.TIME, misread(old), losses);
                addIf(stamp, outside(), losses);
            }
            case TIME -> {
                addIf(next.family() != TypeFamily.TIME, misread(old), losses);
                addIf(next.family() == TypeFamily.TIME && next.scale() < old.scale(), fraction(next), losses);
            }
            case TEXT, ENUM, SET -> {
                losses.add(Loss.refused("texts that are no " + next.base() + " are refused"));
                losses.add(Loss.changed("other ways to write a " + next.base() + " are lost"));
                addIf(stamp, outside(), losses);
            }
            case INTEGER, DECIMAL, FLOAT, BIT, YEAR -> losses.add(misread(old));
            case BYTES, JSON, GEOMETRY, VECTOR ->
                losses.add(Loss.refused("values of " + old.base() + " are refused; use an expression"));
        }
    }

    private static void moments(ColumnFacts old, ColumnFacts next, boolean stamp, List<Loss> losses) {
        switch (next.family()) {
            case DATE -> losses.add(Loss.refused("a time of day other than midnight is refused; use DATE"));
            case TIME -> losses.add(Loss.refused("dates are refused; use TIME"));
            default -> {
                addIf(next.scale() < old.scale(), fraction(next), losses);
                boolean zoned = old.base().equals("timestamp");
                if (stamp && !zoned) {
                    losses.add(outside());
                    losses.add(Loss.mind("is taken for UTC; clients will see it in their time zone"));
                } else if (zoned && !stamp) {
                    losses.add(Loss.mind("holds UTC; clients will not see it in their time zone any more"));
                }
            }
        }
    }

    private static Loss outside() {
        return Loss.refused("dates before 1970 or after 2038-01-19 are refused");
    }

    private static Loss fraction(ColumnFacts next) {
        return Loss.changed("fraction rounded to " + next.scale() + " digits");
    }

    private static Loss misread(ColumnFacts old) {
        return Loss.changed("values of " + old.base() + " are refused or taken for something else; use an expression");
    }
}

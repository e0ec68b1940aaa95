package io.changeover.deploy.plan;

import static io.changeover.deploy.plan.Losses.addIf;

import java.math.BigInteger;
import java.util.List;

/** Into a column that holds a number. */
final class NumberLosses {

    /** Decimal digits that a FLOAT and a DOUBLE hold for sure. */
    private static final int FLOAT_DIGITS = 6;

    private static final int DOUBLE_DIGITS = 15;

    private NumberLosses() {}

    static void into(ColumnFacts old, ColumnFacts next, boolean plain, List<Loss> losses) {
        switch (old.family()) {
            case INTEGER, DECIMAL, BIT, YEAR -> numbers(old, next, losses);
            case FLOAT -> floats(old, next, losses);
            case TEXT -> losses.add(Loss.refused("texts that are no " + noun(next) + " are refused"));
            case JSON -> losses.add(Loss.refused("documents that are no number are refused"));
            case ENUM, SET -> {
                if (!plain) {
                    losses.add(Loss.refused("labels that are no number are refused"));
                    return;
                }
                if (next.family() == TypeFamily.BIT || next.family() == TypeFamily.YEAR) {
                    losses.add(Loss.refused("labels are refused or taken for something else; use an expression"));
                    return;
                }
                losses.add(Loss.mind(
                        old.family() == TypeFamily.ENUM
                                ? "gets the label's place in the list, not the label"
                                : "gets the bits, not the labels"));
                fits(BigInteger.ZERO, most(old), next, losses);
            }
            case DATE, MOMENT, TIME, BYTES, GEOMETRY, VECTOR ->
                losses.add(Loss.refused("values of " + old.base() + " are refused; use an expression"));
        }
    }

    private static void numbers(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        if (next.family() == TypeFamily.FLOAT) {
            int digits = next.base().equals("float") ? FLOAT_DIGITS : DOUBLE_DIGITS;
            addIf(
                    most(old).toString().length() + old.scale() > digits,
                    Loss.changed("digits beyond about " + (digits + 1) + " are lost"),
                    losses);
            addIf(next.unsigned() && isSigned(old), Loss.refused("negative numbers are refused"), losses);
            return;
        }
        if (next.family() == TypeFamily.YEAR) {
            years(old, losses);
            return;
        }
        boolean noFraction = next.family() == TypeFamily.BIT && old.scale() > 0;
        addIf(noFraction, Loss.refused("every value is refused: it has a point; use ROUND"), losses);
        int scale = next.family() == TypeFamily.DECIMAL ? next.scale() : 0;
        boolean finer = !noFraction && old.scale() > scale;
        if (finer) {
            losses.add(next.family() == TypeFamily.DECIMAL ? tooFine(scale) : rounded(scale));
        }
        fits(isSigned(old) ? most(old).negate() : BigInteger.ZERO, most(old), next, losses);
    }

    private static void years(ColumnFacts old, List<Loss> losses) {
        if (old.family() == TypeFamily.YEAR) {
            return;
        }
        losses.add(Loss.refused("numbers that are no year from 1901 to 2155 are refused"));
        losses.add(Loss.changed("numbers below 100 become years of 1970 to 2069"));
    }

    private static void floats(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        if (next.family() == TypeFamily.FLOAT) {
            boolean shorter = old.base().equals("double") && next.base().equals("float");
            addIf(shorter, Loss.changed("digits beyond about " + (FLOAT_DIGITS + 1) + " are lost"), losses);
            addIf(shorter, Loss.refused("numbers beyond 3.4e38 are refused"), losses);
            boolean fixed = next.type().contains(",") && !next.type().equals(old.type());
            addIf(fixed, rounded(next.scale()), losses);
            addIf(next.unsigned() && !old.unsigned(), Loss.refused("negative numbers are refused"), losses);
            return;
        }
        if (next.family() == TypeFamily.BIT) {
            losses.add(Loss.refused("every value is refused: it has a point; use ROUND"));
            return;
        }
        if (next.family() == TypeFamily.YEAR) {
            losses.add(Loss.refused("numbers that are no year are refused"));
            return;
        }
        losses.add(next.family() == TypeFamily.DECIMAL ? tooFine(next.scale()) : rounded(0));
        losses.add(Loss.refused("numbers beyond " + next.type() + " are refused"));
        addIf(next.unsigned() && !old.unsigned(), Loss.refused("negative numbers are refused"), losses);
    }

    private static void fits(BigInteger from, BigInteger to, ColumnFacts next, List<Loss> losses) {
        BigInteger most = most(next);
        BigInteger least = isSigned(next)
                ? (next.family() == TypeFamily.DECIMAL ? most : most.add(BigInteger.ONE)).negate()
                : BigInteger.ZERO;
        if (from.signum() < 0 && least.signum() == 0) {
            losses.add(Loss.refused("negative numbers are refused"));
        }
        boolean below = from.compareTo(least) < 0 && least.signum() < 0;
        if (to.compareTo(most) > 0 || below) {
            losses.add(Loss.refused("numbers beyond " + (isSigned(next) ? "+-" : "") + most + " are refused"));
        }
    }

    /** MySQL rounds with a note, and what is noted is refused. */
    private static Loss tooFine(int scale) {
        return Loss.refused("more than " + scale + " digits after the point are refused; use ROUND");
    }

    private static Loss rounded(int scale) {
        return Loss.changed(
                scale == 0 ? "digits after the point are rounded" : "rounded to " + scale + " digits after the point");
    }

    private static boolean isSigned(ColumnFacts column) {
        return (column.family() == TypeFamily.INTEGER || column.family() == TypeFamily.DECIMAL) && !column.unsigned();
    }

    /** The largest whole number that the column holds. */
    static BigInteger most(ColumnFacts column) {
        return switch (column.base()) {
            case "tinyint" -> bits(8, column);
            case "smallint" -> bits(16, column);
            case "mediumint" -> bits(24, column);
            case "int" -> bits(32, column);
            case "bigint" -> bits(64, column);
            case "bit" -> BigInteger.TWO.pow(Math.max(1, column.precision())).subtract(BigInteger.ONE);
            case "year" -> BigInteger.valueOf(2155);
            case "enum" -> BigInteger.valueOf(column.labels().size());
            case "set" -> BigInteger.TWO.pow(column.labels().size()).subtract(BigInteger.ONE);
            default ->
                BigInteger.TEN
                        .pow(Math.max(0, column.precision() - column.scale()))
                        .subtract(BigInteger.ONE);
        };
    }

    private static BigInteger bits(int bits, ColumnFacts column) {
        return BigInteger.TWO.pow(column.unsigned() ? bits : bits - 1).subtract(BigInteger.ONE);
    }

    private static String noun(ColumnFacts next) {
        return next.family() == TypeFamily.YEAR ? "year" : "number of " + next.type();
    }
}

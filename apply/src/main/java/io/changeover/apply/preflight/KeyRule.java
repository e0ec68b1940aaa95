package io.changeover.apply.preflight;

import io.changeover.apply.target.TargetColumn;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rule that two old rows never become one: the new key is the mapped old key columns plus constants, nothing else, in
 * types and collations that tell apart at least what the old ones do.
 */
final class KeyRule {

    private static final List<String> INTEGERS = List.of("tinyint", "smallint", "mediumint", "int", "bigint");

    private KeyRule() {}

    /** What breaks the rule, one sentence each. */
    static List<String> check(TableDefinition definition, TargetTable old, TargetTable target) {
        List<String> broken = new ArrayList<>();
        if (old.key().isEmpty()) {
            return broken; // said where the source is looked at
        }
        Map<String, MappingExpression> key = new LinkedHashMap<>(definition.key());
        if (key.isEmpty()) {
            old.key().forEach(column -> key.put(column.name(), MappingExpression.column(column.name())));
        }
        TreeSet<String> mapped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        mapped.addAll(key.keySet());
        TreeSet<String> primary = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        target.key().forEach(column -> primary.add(column.name()));
        if (key.keySet().stream().anyMatch(name -> target.column(name).isEmpty())) {
            return broken; // said where the columns are looked at
        }
        if (!mapped.equals(primary)) {
            broken.add("the new table's primary key is " + primary + ", but the mapping's key is " + mapped);
        }
        TreeSet<String> used = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        key.values().forEach(expression -> used.addAll(expression.columns()));
        for (TargetColumn column : old.key()) {
            if (!used.contains(column.name())) {
                broken.add("the old key column " + column.name() + " is in no new key column");
            }
        }
        key.forEach((name, expression) -> {
            String plain = expression.plainColumn();
            TargetColumn from = plain == null ? null : old.column(plain).orElse(null);
            TargetColumn to = target.column(name).orElse(null);
            String why = from == null || to == null ? null : tellsLess(from, to);
            if (why != null) {
                broken.add("key column " + name + ": " + why);
            }
        });
        return broken;
    }

    /** Why {@code to} may take two values of {@code from} for one, or not take one; null when it does neither. */
    private static @Nullable String tellsLess(TargetColumn from, TargetColumn to) {
        boolean fits;
        if (from.isInteger()) {
            fits = to.isInteger() ? integerFits(from, to) : to.isText() && to.length() >= 20;
        } else if (from.isText()) {
            fits = to.isText() && textFits(from, to);
            if (!fits && to.isText()) {
                return from.fullType() + " " + from.collation() + " to " + to.fullType() + " " + to.collation()
                        + " may take different keys for one; use the old collation or one that ends in _bin";
            }
        } else if (from.isBinary()) {
            fits = to.isBinary() && to.length() >= from.length();
        } else {
            fits = from.fullType().equals(to.fullType()) || (from.type().equals(to.type()) && wider(from, to));
        }
        return fits ? null : from.fullType() + " to " + to.fullType() + " does not hold every key";
    }

    private static boolean integerFits(TargetColumn from, TargetColumn to) {
        int wider = INTEGERS.indexOf(to.type()) - INTEGERS.indexOf(from.type());
        return from.isUnsigned() == to.isUnsigned() ? wider >= 0 : from.isUnsigned() && wider > 0;
    }

    private static boolean textFits(TargetColumn from, TargetColumn to) {
        boolean characters =
                "utf8mb4".equals(to.charset()) || String.valueOf(from.charset()).equals(to.charset());
        boolean sameOrder = String.valueOf(from.collation()).equals(to.collation());
        boolean tells = sameOrder || (to.isExactText() && (from.padSpace() || !to.padSpace()));
        return characters && tells && to.length() >= from.length();
    }

    /** Of types with digits in brackets: {@code datetime(3)} holds what {@code datetime} does. */
    private static boolean wider(TargetColumn from, TargetColumn to) {
        return digits(to.fullType()) >= digits(from.fullType()) && !from.type().equals("decimal");
    }

    private static int digits(String fullType) {
        int open = fullType.indexOf('(');
        int close = fullType.indexOf(')', open + 1);
        String inside = open < 0 || close < 0 ? "" : fullType.substring(open + 1, close);
        return inside.matches("\\d+") ? Integer.parseInt(inside) : 0;
    }
}

package io.changeover.capture.schema;

import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a table may go on after its columns changed. An ALTER that converts values writes no row events: where it may have
 * changed a value, the new table would keep the one of before for ever.
 *
 * @param policy what the table's owner wants
 * @param mapped names of the columns that the mapping reads, in lower case; null: all
 */
public record ColumnWatch(OnDdl policy, @Nullable Set<String> mapped) {

    /** For tables of which nothing more is known. */
    public static final ColumnWatch DEFAULT = new ColumnWatch(OnDdl.IGNORE, null);

    public static ColumnWatch of(TableDefinition table) {
        Set<String> mapped = table.mappedColumns();
        return new ColumnWatch(
                table.onDdl(),
                mapped == null
                        ? null
                        : mapped.stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .collect(Collectors.toSet()));
    }

    /** Of two parts of one table, which have the same policy: what either of them reads. */
    public ColumnWatch and(ColumnWatch other) {
        if (mapped == null || other.mapped == null) {
            return new ColumnWatch(policy, null);
        }
        Set<String> both = new HashSet<>(mapped);
        both.addAll(other.mapped);
        return new ColumnWatch(policy, both);
    }

    /** Why the table cannot go on; empty when it can. A mapped column that is gone is the mapping's trouble, when a row comes. */
    Optional<String> objection(TableSchema before, TableSchema after) {
        if (policy == OnDdl.STOP && !before.sameShape(after)) {
            return Optional.of("the columns of " + before.name() + " changed");
        }
        String changed = before.columns().stream()
                .filter(column ->
                        mapped == null || mapped.contains(column.name().toLowerCase(Locale.ROOT)))
                .flatMap(column -> after.columns().stream()
                        .filter(now -> now.name().equalsIgnoreCase(column.name()))
                        .filter(now -> !Widening.keepsValues(column, now))
                        .map(now -> column.name() + " from " + column.mysqlType() + " to " + now.mysqlType()))
                .collect(Collectors.joining(", "));
        return changed.isEmpty()
                ? Optional.empty()
                : Optional.of("mapped columns of " + before.name() + " changed: " + changed
                        + "; rows that are there may have got other values, which no row event tells");
    }

    /** Changes of a type that leave every value what it was. */
    private static final class Widening {

        private static final List<String> INTEGERS = List.of("tinyint", "smallint", "mediumint", "int", "bigint");
        private static final List<String> TEXTS = List.of("tinytext", "text", "mediumtext", "longtext");
        private static final List<String> BLOBS = List.of("tinyblob", "blob", "mediumblob", "longblob");
        private static final Set<String> SIZED =
                Set.of("char", "varchar", "varbinary", "bit", "datetime", "timestamp", "time");

        private Widening() {}

        static boolean keepsValues(Column before, Column after) {
            String old = before.mysqlType();
            String now = after.mysqlType();
            if (old.equals(now)) {
                return true;
            }
            String from = before.baseType();
            String to = after.baseType();
            if (INTEGERS.contains(from) && INTEGERS.contains(to)) {
                int steps = INTEGERS.indexOf(to) - INTEGERS.indexOf(from);
                return before.unsigned() == after.unsigned() ? steps >= 0 : before.unsigned() && steps > 0;
            }
            if (from.equals("decimal") && to.equals("decimal")) {
                int scales = number(now, 1) - number(old, 1);
                int digits = number(now, 0) - number(old, 0) - scales;
                return scales >= 0 && digits >= 0 && (before.unsigned() || !after.unsigned());
            }
            if (from.equals(to) && (from.equals("enum") || from.equals("set"))) {
                // what stands behind the members that were there is new
                return now.startsWith(old.substring(0, old.length() - 1) + ",");
            }
            if (from.equals(to) && SIZED.contains(from)) {
                return number(now, 0) >= number(old, 0);
            }
            return isLater(TEXTS, from, to) || isLater(BLOBS, from, to) || (from.equals("varchar") && isRoomy(to));
        }

        private static boolean isLater(List<String> sizes, String from, String to) {
            return sizes.contains(from) && sizes.indexOf(to) >= sizes.indexOf(from);
        }

        /** A VARCHAR has 65,535 bytes at most. */
        private static boolean isRoomy(String to) {
            return TEXTS.indexOf(to) > 0;
        }

        /** A number in the parentheses of a type; 0 where there is none. */
        private static int number(String type, int index) {
            int open = type.indexOf('(');
            if (open < 0) {
                return 0;
            }
            String[] numbers = type.substring(open + 1, type.indexOf(')')).split(",", -1);
            return index < numbers.length ? Integer.parseInt(numbers[index].trim()) : 0;
        }
    }
}

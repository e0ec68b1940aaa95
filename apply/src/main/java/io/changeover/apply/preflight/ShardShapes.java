package io.changeover.apply.preflight;

import io.changeover.apply.target.TargetColumn;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules for new tables that are several: a row is mapped and its key compared by the first one's columns, so the others must
 * have the same; and tables that become one must be spread over the same places, or their keys would never meet.
 */
final class ShardShapes {

    private ShardShapes() {}

    /** @param places by the number of the shard; those that are not there are left out */
    static List<Problem> differences(TableDefinition definition, SortedMap<Integer, TargetTable> places) {
        List<Problem> problems = new ArrayList<>();
        TargetTable first = Objects.requireNonNull(places.get(places.firstKey()));
        places.forEach((shard, table) -> {
            String difference = difference(first, table);
            if (difference != null) {
                problems.add(new Problem(
                        ExitCode.PREFLIGHT,
                        definition.label(),
                        "the tables of its shards differ: of " + table.name() + ", " + difference + " as in "
                                + first.name(),
                        "ALTER one of them; all shards have the same columns, primary key and unique indexes"));
            }
        });
        return problems;
    }

    private static @Nullable String difference(TargetTable first, TargetTable other) {
        for (TargetColumn column : first.columns()) {
            TargetColumn same = other.column(column.name()).orElse(null);
            if (same == null) {
                return "there is no column " + column.name();
            }
            if (!shown(column).equals(shown(same))) {
                return "column " + column.name() + " is " + shown(same) + ", not " + shown(column);
            }
        }
        if (other.columns().size() > first.columns().size()) {
            return "there are " + other.columns().size() + " columns, not "
                    + first.columns().size();
        }
        if (!names(first.key()).equals(names(other.key()))) {
            return "the primary key is " + names(other.key()) + ", not " + names(first.key());
        }
        String indexes = uniques(first);
        return indexes.equals(uniques(other)) ? null : "the unique indexes are " + uniques(other) + ", not " + indexes;
    }

    private static String shown(TargetColumn column) {
        return column.fullType()
                + (column.collation() == null ? "" : " " + column.collation())
                + (column.nullable() ? "" : " NOT NULL")
                + (column.generated() ? " generated" : "");
    }

    private static List<String> names(Collection<TargetColumn> columns) {
        return columns.stream().map(TargetColumn::name).toList();
    }

    /** Whatever their names. */
    private static String uniques(TargetTable table) {
        return table.uniques().values().stream()
                .map(columns -> String.join(",", columns))
                .collect(Collectors.toCollection(TreeSet::new))
                .toString();
    }

    /** Tables that share a place and not all of them. */
    static List<Problem> disagreements(List<TableDefinition> tables) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            for (TableDefinition other : tables.subList(0, i)) {
                List<Destination> one = tables.get(i).destinations();
                List<Destination> two = other.destinations();
                if (!one.equals(two) && sharesPlace(one, two)) {
                    problems.add(new Problem(
                            ExitCode.CONFIG,
                            tables.get(i).label(),
                            "it becomes one table with " + other.label()
                                    + ", but is spread over other places: equal keys would not meet",
                            "give both the same `count`, `table` and `targets` under `shards`"));
                }
            }
        }
        return problems;
    }

    private static boolean sharesPlace(List<Destination> one, List<Destination> two) {
        return one.stream()
                .anyMatch(place -> two.stream()
                        .anyMatch(other -> other.targetName().equals(place.targetName())
                                && other.table().equals(place.table())));
    }
}

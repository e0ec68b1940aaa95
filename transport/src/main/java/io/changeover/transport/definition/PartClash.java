package io.changeover.transport.definition;

import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two entries of one old table that would write one new table: rows of one source, so neither would see the other's work.
 *
 * @param place what both write, and where
 */
public record PartClash(TableDefinition table, TableDefinition earlier, String place) {

    /** What helps against every one of them. */
    public static final String REMEDY = "write one entry with the columns of both, or name another `target`";

    private record Place(String sourceName, TableName source, String address, String table) {}

    /** Servers are told apart by their addresses: two targets may be one server. */
    public static List<PartClash> among(List<TargetDefinition> targets, List<TableDefinition> tables) {
        Map<String, String> addresses = targets.stream()
                .collect(Collectors.toMap(
                        TargetDefinition::name, target -> target.server().address(), (one, sameName) -> one));
        Map<Place, TableDefinition> taken = new HashMap<>();
        List<PartClash> clashes = new ArrayList<>();
        for (TableDefinition table : tables) {
            for (Place place : places(table, addresses)) {
                TableDefinition earlier = taken.putIfAbsent(place, table);
                if (earlier != null) {
                    clashes.add(new PartClash(table, earlier, place.table() + " on " + place.address()));
                    break;
                }
            }
        }
        return clashes;
    }

    /** Where rows are, and where progress and what waits are, under the name that stands for all shards. */
    private static List<Place> places(TableDefinition table, Map<String, String> addresses) {
        Stream<Destination> names =
                table.targetNames().stream().map(target -> new Destination(0, target, table.target()));
        return Stream.concat(names, table.destinations().stream())
                .map(place -> new Place(
                        table.sourceName(),
                        table.source(),
                        addresses.getOrDefault(place.targetName(), place.targetName()),
                        place.table().toString()))
                .distinct()
                .toList();
    }

    @Override
    public String toString() {
        return "`" + table.label() + "` goes to " + place + ", as `" + earlier.label() + "` does";
    }
}

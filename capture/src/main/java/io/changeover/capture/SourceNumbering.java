package io.changeover.capture;

import io.changeover.transport.event.TableName;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

final class SourceNumbering {
    private SourceNumbering() {}

    static ToIntFunction<TableName> of(Set<TableName> tables) {
        Map<TableName, Integer> numbers = new TreeMap<>();
        tables.stream().sorted().forEach(table -> numbers.put(table, numbers.size() + 1));
        return table -> numbers.getOrDefault(table, 0);
    }
}

package io.changeover.transport.definition.yaml;

import io.changeover.transport.problem.NearestName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what a table's {@code source} and {@code target} refer to. */
final class TablePlaceCheck {

    private static final Set<String> SYSTEM =
            Set.of("mysql", "sys", "information_schema", "performance_schema", "changeover");

    private final Set<String> sources;
    private final Set<String> targets;
    private final Findings findings;

    TablePlaceCheck(Section root, Findings findings) {
        this.sources = root.namedSections(Keys.SOURCES).keySet();
        this.targets = root.namedSections(Keys.TARGETS).keySet();
        this.findings = findings;
    }

    @Nullable
    TablePlace source(Section table) {
        TablePlace place = table.value(Keys.SOURCE);
        if (place != null) {
            check(table, Keys.SOURCE, place, sources);
        }
        return place;
    }

    @Nullable
    TablePlace target(Section table) {
        TablePlace place = table.value(Keys.TARGET);
        TablePlace source = table.value(Keys.SOURCE);
        if (place == null) {
            return null;
        }
        check(table, Keys.TARGET, place, targets);
        if (source != null && source.isWildcard() != place.isWildcard()) {
            findings.add(
                    table.line(Keys.TARGET),
                    "`*` must end both `source` and `target`, or neither",
                    "tables of a wildcard keep their names");
        }
        return place;
    }

    /** A server of the new schema, named outside {@code target}. */
    void checkTarget(int line, String name) {
        checkName(line, "target", name, targets);
    }

    private void check(Section table, Key<?> key, TablePlace place, Set<String> names) {
        checkName(table.line(key), key.name(), place.server(), names);
        if (SYSTEM.contains(place.schema().toLowerCase(Locale.ROOT))) {
            findings.add(
                    table.line(key),
                    "`" + place.schema() + "` is not a schema for tables that move",
                    "name a schema of the application");
        }
    }

    private void checkName(int line, String kind, String name, Set<String> names) {
        if (!names.isEmpty() && !names.contains(name)) {
            findings.add(
                    line,
                    "no " + kind + " is named `" + name + "`" + NearestName.hint(name, names),
                    kind + "s: " + String.join(", ", names));
        }
    }
}

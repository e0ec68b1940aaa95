package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.SchemaDefinition;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code tables}. */
final class TablesReader {

    private final Section root;
    private final Findings findings;
    private final TablePlaceCheck places;
    private final List<TableDefinition> tables = new ArrayList<>();
    private final List<SchemaDefinition> schemas = new ArrayList<>();
    private final IdentityHashMap<TableDefinition, Integer> lines = new IdentityHashMap<>();
    private final Map<String, Integer> sourcesSeen = new HashMap<>();

    TablesReader(Section root, Findings findings) {
        this.root = root;
        this.findings = findings;
        this.places = new TablePlaceCheck(root, findings);
    }

    void read() {
        List<Section> sections = root.sections(Keys.TABLES);
        if (root.isEmpty(Keys.TABLES)) {
            findings.add(
                    root.line(Keys.TABLES),
                    "`tables` names no table",
                    "write - { source: server.schema.table, target: server.schema.table }");
        }
        sections.forEach(this::table);
    }

    List<TableDefinition> tables() {
        return tables;
    }

    List<SchemaDefinition> schemas() {
        return schemas;
    }

    /** Line at which the table's entry begins, from 1. */
    int line(TableDefinition table) {
        return Objects.requireNonNull(lines.get(table));
    }

    private void table(Section section) {
        TablePlace source = places.source(section);
        TablePlace target = places.target(section);
        OnError onError = section.value(Keys.ON_ERROR);
        Integer parkLimit = section.value(Keys.PARK_LIMIT);
        OnDdl onDdl = section.value(Keys.ON_DDL);
        OnCollision onCollision = section.value(Keys.ON_COLLISION);
        List<String> triggers = section.list(Keys.TRIGGERS);
        List<String> cascades = section.list(Keys.CASCADES);
        String part = section.value(Keys.PART);
        boolean first = source != null && isFirst(section, source, part);
        if (source != null && source.isWildcard()) {
            checkWildcard(section);
        }
        Map<String, MappingExpression> key = key(section);
        Map<String, MappingExpression> columns = columns(section, key);
        MappingExpression where = section.value(Keys.WHERE);
        ShardSettings shards = new ShardsReader(findings, places).read(section, target);
        String topic = section.value(Keys.TOPIC);
        if (source == null
                || target == null
                || onError == null
                || parkLimit == null
                || onDdl == null
                || onCollision == null
                || !first
                || source.isWildcard() != target.isWildcard()) {
            return;
        }
        if (source.isWildcard()) {
            schemas.add(new SchemaDefinition(
                    source.server(),
                    source.schema(),
                    target.server(),
                    target.schema(),
                    onError,
                    triggers,
                    parkLimit,
                    onDdl,
                    cascades));
            return;
        }
        TableDefinition table = new TableDefinition(
                source.server(),
                source.name(),
                target.server(),
                target.name(),
                key,
                columns,
                where,
                shards,
                onError,
                topic,
                triggers,
                parkLimit,
                onDdl,
                cascades,
                onCollision,
                part);
        checkParts(section, table);
        lines.put(table, section.line());
        tables.add(table);
    }

    /** What capture does with an old table is said once, or the same everywhere. */
    private void checkParts(Section section, TableDefinition table) {
        tables.stream().filter(table::sharesSource).findFirst().ifPresent(other -> {
            requireSame(section, Keys.TOPIC, table, other, TableDefinition::topic);
            requireSame(section, Keys.ON_DDL, table, other, TableDefinition::onDdl);
            requireSame(section, Keys.CASCADES, table, other, TableDefinition::cascades);
        });
    }

    private void requireSame(
            Section section,
            Key<?> key,
            TableDefinition table,
            TableDefinition other,
            Function<TableDefinition, @Nullable Object> value) {
        if (!Objects.equals(value.apply(table), value.apply(other))) {
            findings.add(
                    section.has(key) ? section.line(key) : section.line(),
                    "`" + key.name() + "` of `" + table.label() + "` is not that of `" + other.label() + "`, line "
                            + line(other),
                    "write the same for all parts of an old table: it is captured once");
        }
    }

    private boolean isFirst(Section section, TablePlace source, @Nullable String part) {
        String place = part == null ? source.toString() : source + "/" + part;
        Integer first = sourcesSeen.putIfAbsent(place, section.line());
        if (first != null) {
            findings.add(
                    section.line(Keys.SOURCE),
                    "`" + place + "` is mapped twice",
                    "line " + first + " maps it already; if the table is split, give this entry a `part` of its own");
        }
        return first == null;
    }

    private void checkWildcard(Section section) {
        for (Key<?> key : List.of(Keys.KEY, Keys.COLUMNS, Keys.WHERE, Keys.SHARDS, Keys.TOPIC, Keys.PART)) {
            if (section.has(key)) {
                findings.add(
                        section.line(key),
                        "`" + key.name() + "` cannot stand at a wildcard",
                        "give the table an entry of its own; it goes before the wildcard");
            }
        }
    }

    /** Only what {@link TableDefinition} admits; the rest is among the findings. */
    private Map<String, MappingExpression> key(Section section) {
        Map<String, MappingExpression> key = distinct(section, Keys.KEY);
        if (key == null) {
            return Map.of();
        }
        key.entrySet().removeIf(entry -> {
            MappingExpression value = entry.getValue();
            if (value.isPlainColumn() || value.isConstant()) {
                return false;
            }
            findings.add(
                    section.line(Keys.KEY, entry.getKey()),
                    "`key." + entry.getKey() + "` must be an old key column or a constant",
                    "deletes carry the old key only, so the new key must follow from it");
            return true;
        });
        return key;
    }

    private @Nullable Map<String, MappingExpression> columns(Section section, Map<String, MappingExpression> key) {
        Map<String, MappingExpression> columns = distinct(section, Keys.COLUMNS);
        if (columns != null) {
            columns.keySet().removeIf(column -> {
                boolean inKey = key.keySet().stream().anyMatch(column::equalsIgnoreCase);
                if (inKey) {
                    findings.add(
                            section.line(Keys.COLUMNS, column),
                            "`" + column + "` stands under `key` and under `columns`",
                            "key columns stand under `key` only");
                }
                return inKey;
            });
        }
        return columns;
    }

    /** MySQL's column names know no case. */
    private @Nullable Map<String, MappingExpression> distinct(Section section, Key<MappingExpression> key) {
        Map<String, MappingExpression> values = section.map(key);
        Map<String, String> seen = new HashMap<>();
        if (values != null) {
            values.keySet().removeIf(column -> {
                String first = seen.putIfAbsent(column.toLowerCase(Locale.ROOT), column);
                if (first != null) {
                    findings.add(
                            section.line(key, column),
                            "duplicate column `" + column + "`",
                            "it is `" + first + "` to MySQL");
                }
                return first != null;
            });
        }
        return values;
    }
}

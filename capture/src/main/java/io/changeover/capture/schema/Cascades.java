package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * What foreign keys may change in captured tables without a word in the binlog, and what is done about it: deletes that reach
 * a child are refused from the start; another key of a captured parent stops the capture when it comes, because only then
 * something is wrong. Both are left to whoever declares the foreign key.
 */
public final class Cascades {

    /** Nothing is refused: for schemas that are only looked at. */
    public static final Cascades ALL_DECLARED = new Cascades((table, key) -> true);

    private final BiPredicate<TableName, String> declared;

    private Cascades(BiPredicate<TableName, String> declared) {
        this.declared = declared;
    }

    /** @param declared names of foreign keys by the table that has them */
    public static Cascades declaring(Map<TableName, ? extends Collection<String>> declared) {
        return new Cascades((table, key) -> {
            Collection<String> names = declared.get(table);
            return names != null && names.stream().anyMatch(key::equalsIgnoreCase);
        });
    }

    /** What must be mended or declared before the tables can be captured. */
    public List<Problem> refused(Collection<CapturedTable> tables, Set<TableName> captured) {
        return refusedByTable(tables, captured).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The same by the table that has the foreign keys. */
    Map<TableName, List<Problem>> refusedByTable(Collection<CapturedTable> tables, Set<TableName> captured) {
        Map<TableName, List<Problem>> refused = new TreeMap<>();
        for (CapturedTable table : tables) {
            List<Problem> problems = new ArrayList<>();
            for (ForeignKey key : table.foreignKeys()) {
                if (declared.test(key.child(), key.name())) {
                    continue;
                }
                Optional<ForeignKey> above = above(key, tables);
                if (key.followsDeletes()) {
                    problems.add(refusal(
                            key,
                            "has ON DELETE " + key.onDelete() + ": what a delete in " + key.parent()
                                    + " changes here is not in the binlog"));
                } else if (key.followsUpdates() && !captured.contains(key.parent())) {
                    problems.add(refusal(
                            key,
                            "has ON UPDATE " + key.onUpdate() + ", and " + key.parent()
                                    + " is not captured: what another key there changes here cannot be seen"));
                } else if (above.isPresent()) {
                    problems.add(refusal(
                            key,
                            "has ON UPDATE " + key.onUpdate() + " and follows columns that " + rule(above.get())
                                    + " changes: what that changes in " + key.parent()
                                    + ", and through it here, is not in the binlog"));
                }
            }
            if (!problems.isEmpty()) {
                refused.put(table.schema().name(), problems);
            }
        }
        return refused;
    }

    /**
     * The foreign key by which InnoDB changes what {@code key} follows. Its changes of the parent are in the binlog no more than
     * those of a parent that is not captured.
     */
    private static Optional<ForeignKey> above(ForeignKey key, Collection<CapturedTable> tables) {
        if (!key.followsUpdates()) {
            return Optional.empty();
        }
        return tables.stream()
                .flatMap(table -> table.foreignKeys().stream())
                .filter(other -> other.child().equals(key.parent()) && other.changes(key.parentColumns()))
                .findFirst();
    }

    private static String rule(ForeignKey key) {
        return "foreign key " + key.name() + " of " + key.child();
    }

    private static Problem refusal(ForeignKey key, String cause) {
        return new Problem(
                ExitCode.PREFLIGHT,
                "table " + key.child(),
                "foreign key " + key.name() + " " + cause,
                "say `cascades: [" + key.name() + "]` at the table in the pipeline where the application does without"
                        + " that rule, or if you refresh the rows after each such change; or take the rule away: "
                        + withoutRules(key));
    }

    private static String withoutRules(ForeignKey key) {
        String alter = "ALTER TABLE " + key.child().quoted();
        return alter + " DROP FOREIGN KEY " + TableName.quote(key.name()) + "; " + alter + " ADD CONSTRAINT "
                + TableName.quote(key.name()) + " FOREIGN KEY (" + quoted(key.columns()) + ") REFERENCES "
                + key.parent().quoted() + " (" + quoted(key.parentColumns()) + ");";
    }

    private static String quoted(List<String> columns) {
        return columns.stream().map(TableName::quote).collect(Collectors.joining(", "));
    }

    /** What will stop the capture should it happen, one for each parent; and what was declared. */
    public List<Problem> warnings(Collection<CapturedTable> tables, Set<TableName> captured) {
        List<Problem> warnings = new ArrayList<>();
        Map<TableName, List<ForeignKey>> byParent = new TreeMap<>();
        for (CapturedTable table : tables) {
            for (ForeignKey key : table.foreignKeys()) {
                boolean known = declared.test(key.child(), key.name());
                Optional<ForeignKey> above = above(key, tables);
                if (known && (key.followsDeletes() || key.followsUpdates())) {
                    warnings.add(declaration(key, above));
                } else if (key.followsUpdates() && captured.contains(key.parent()) && above.isEmpty()) {
                    byParent.computeIfAbsent(key.parent(), none -> new ArrayList<>())
                            .add(key);
                }
            }
        }
        byParent.forEach((parent, keys) -> warnings.add(new Problem(
                ExitCode.UNSAFE_EVENT,
                "table " + parent,
                "an UPDATE of " + columns(keys) + " will stop the capture: ON UPDATE rules would change "
                        + children(keys) + ", which is not in the binlog",
                "leave these keys as they are during the migration, or change them and what refers to them in one"
                        + " transaction with foreign_key_checks = 0")));
        return warnings;
    }

    private static Problem declaration(ForeignKey key, Optional<ForeignKey> above) {
        String through = above.map(other -> ", also when " + rule(other) + " changes what it follows,")
                .orElse("");
        return new Problem(
                ExitCode.UNSAFE_EVENT,
                "table " + key.child(),
                "foreign key " + key.name() + " is declared under `cascades`: rows here that it changes on its own"
                        + through + " differ in the new table until they are refreshed",
                "after each such change, " + refresh(key));
    }

    /** How to send again what a foreign key has changed. */
    private static String refresh(ForeignKey key) {
        if (key.onDelete().equals("CASCADE")) {
            return "`changeover refresh --keys` with the keys of the rows that it has deleted or changed";
        }
        boolean setsNull = key.onDelete().equals("SET NULL") || key.onUpdate().equals("SET NULL");
        return "`changeover refresh --where` with a condition that these rows meet, such as "
                + key.shellCondition(setsNull ? "IS NULL" : "= NEW");
    }

    /**
     * A foreign key that makes a change of its parent's key unsafe.
     *
     * @param movesRows whether the rows that follow get other keys themselves
     */
    public record Follower(ForeignKey key, boolean movesRows) {}

    /** The foreign keys that make a change of {@code parent}'s key unsafe. */
    List<Follower> followers(TableName parent, Collection<CapturedTable> tables) {
        List<Follower> followers = new ArrayList<>();
        for (CapturedTable table : tables) {
            for (ForeignKey key : table.foreignKeys()) {
                if (key.followsUpdates() && key.parent().equals(parent) && !declared.test(key.child(), key.name())) {
                    boolean movesRows = key.columns().stream()
                            .anyMatch(column -> table.keyOrder().stream().anyMatch(column::equalsIgnoreCase));
                    followers.add(new Follower(key, movesRows));
                }
            }
        }
        return followers;
    }

    private static String columns(List<ForeignKey> keys) {
        return keys.stream()
                .map(key -> String.join(", ", key.parentColumns()))
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    /** {@code sakila.city (fk_city_country), ...}. */
    private static String children(List<ForeignKey> keys) {
        return keys.stream().map(key -> key.child() + " (" + key.name() + ")").collect(Collectors.joining(", "));
    }
}

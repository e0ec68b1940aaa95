package io.changeover.apply.mapping;

import io.changeover.apply.guard.RowKey;
import io.changeover.apply.mapping.ExpressionEvaluator.Result;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.TargetColumn;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** In which place of the new table a row belongs: always the only one, or a shard by its number. Confined to one thread. */
public final class PlaceRule {

    /**
     * A row's place.
     *
     * @param number {@link RowKey#NOWHERE} when it cannot be told
     * @param refusal why it cannot
     */
    record Place(int number, @Nullable String refusal) {

        static final Place ONLY = new Place(0, null);
        static final Place NONE = new Place(RowKey.NOWHERE, null);
    }

    /** The common case, which is counted here as MySQL would. */
    private static final Pattern MODULO = Pattern.compile(
            "(?i)(?:MOD\\(\\s*`((?:[^`]|``)+)`\\s*,\\s*(\\d{1,9})\\s*\\)|`((?:[^`]|``)+)`\\s*(?:%|MOD)\\s*(\\d{1,9}))");

    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");

    private static final Pattern INTEGER = Pattern.compile("-?\\d+");

    private final @Nullable ShardSettings shards;
    private final boolean followsKey;
    private final Set<String> moving = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<TableSchema, RowExpressions> asked = new HashMap<>();
    private final @Nullable String divided;
    private final @Nullable BigInteger divisor;

    PlaceRule(TableDefinition definition, TargetTable target) {
        shards = definition.shards();
        followsKey = !scatters(definition, target);
        Matcher modulo = MODULO.matcher(shards == null ? "" : shards.by().sql());
        boolean counted = modulo.matches();
        divided = !counted ? null : Objects.requireNonNullElse(modulo.group(1), modulo.group(3));
        divisor = !counted ? null : new BigInteger(Objects.requireNonNullElse(modulo.group(2), modulo.group(4)));
        if (shards != null) {
            moving.addAll(shards.by().columns());
        }
        if (definition.where() != null) {
            moving.addAll(definition.where().columns());
        }
    }

    /** Whether a row may change its place while its key stays, so that a message may concern other places than its row's. */
    public static boolean scatters(TableDefinition definition, TargetTable target) {
        ShardSettings shards = definition.shards();
        if (shards == null || shards.count() == 1) {
            return false;
        }
        Set<String> key = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (definition.key().isEmpty()) {
            target.key().forEach(column -> key.add(column.name()));
        } else {
            definition.key().values().forEach(expression -> key.addAll(expression.columns()));
        }
        return !key.containsAll(shards.by().columns()) || readsSpelling(definition, shards, target);
    }

    /** Of one row, two spellings of the key may have two places, where the new table takes different texts for equal. */
    private static boolean readsSpelling(TableDefinition definition, ShardSettings shards, TargetTable target) {
        Set<String> read = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        read.addAll(shards.by().columns());
        for (TargetColumn column : target.key()) {
            MappingExpression from = definition.key().get(column.name());
            String old = from == null ? column.name() : from.plainColumn();
            if (old != null && read.contains(old) && column.hasSpellings()) {
                return true;
            }
        }
        return false;
    }

    boolean isSingle() {
        return shards == null;
    }

    /** Whether the place of the event's row has to be known; a delete goes to all places unless they follow from keys. */
    boolean asksFor(ChangeEvent event) {
        return followsKey || event.after() != null;
    }

    /** Whether rows of the event's key may be in other places than its row's. */
    boolean isScattered(ChangeEvent event, boolean wanted, Place place) {
        if (followsKey) {
            return place.number() == RowKey.NOWHERE;
        }
        if (!wanted || event.provenance().origin() != Origin.STREAM) {
            return true;
        }
        return switch (event.operation()) {
            case INSERT -> false; // the delete before it went to all places
            case DELETE -> true;
            case UPDATE -> mayHaveMoved(event);
        };
    }

    private boolean mayHaveMoved(ChangeEvent event) {
        Row before = Objects.requireNonNull(event.before());
        for (int i = 0; i < event.schema().columns().size(); i++) {
            if (moving.contains(event.schema().columns().get(i).name()) && !before.sameAt(event.row(), i)) {
                return true;
            }
        }
        return false;
    }

    /** The places of the events' rows, in order. */
    List<Place> places(TableSchema schema, List<Received> events, ExpressionEvaluator evaluator) throws SQLException {
        ShardSettings spread = Objects.requireNonNull(shards);
        List<Place> places = new ArrayList<>(events.size());
        int counted = countedColumn(schema);
        if (counted >= 0) {
            for (Received event : events) {
                places.add(place(
                        remainder(Objects.requireNonNull(event.event()).row().get(counted)), spread.count()));
            }
            return places;
        }
        RowExpressions expressions =
                asked.computeIfAbsent(schema, made -> new RowExpressions(made, List.of(spread.by()), null));
        for (Result result : evaluator.evaluate(expressions, events)) {
            places.add(
                    result.refusal() != null
                            ? new Place(RowKey.NOWHERE, "shard of the row: " + result.refusal())
                            : place(result.values().get(0), spread.count()));
        }
        return places;
    }

    /** The column that the rule divides, where it does nothing else and the column holds integers; else -1. */
    private int countedColumn(TableSchema schema) {
        for (int i = 0; divided != null && i < schema.columns().size(); i++) {
            if (schema.columns().get(i).name().equalsIgnoreCase(divided.replace("``", "`"))) {
                return INTEGERS.contains(schema.columns().get(i).baseType()) ? i : -1;
            }
        }
        return -1;
    }

    private @Nullable Object remainder(@Nullable String text) {
        BigInteger by = Objects.requireNonNull(divisor);
        return text == null || by.signum() == 0 ? null : new BigInteger(text).remainder(by);
    }

    private static Place place(@Nullable Object value, int count) {
        if (value == null) {
            return new Place(RowKey.NOWHERE, "shard of the row is NULL");
        }
        String text = value.toString();
        if (text.indexOf('.') >= 0) {
            text = new BigDecimal(text).stripTrailingZeros().toPlainString();
        }
        boolean fits = INTEGER.matcher(text).matches() && text.length() < 10;
        int number = fits ? Integer.parseInt(text) : -1;
        return number >= 0 && number < count
                ? new Place(number, null)
                : new Place(RowKey.NOWHERE, "shard of the row is " + text + ", not one of 0 to " + (count - 1));
    }
}

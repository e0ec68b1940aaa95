package io.changeover.apply.mapping;

import io.changeover.apply.stream.Received;
import io.changeover.apply.target.MappedRow;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Maps the change events of one old table, whatever their schemas. Confined to one thread.
 *
 * <p>Next: {@link io.changeover.apply.guard.GuardedApply}.
 */
public final class RowMapper implements AutoCloseable {

    /**
     * A change before its key's identity is known.
     *
     * @param image null when the row must not be there
     */
    public record Mapped(
            Received origin,
            List<String> key,
            Version version,
            @Nullable MappedRow image) {}

    private final TableDefinition definition;
    private final TargetTable target;
    private final ExpressionEvaluator evaluator;
    private final Map<TableSchema, TableMapping> mappings = new LinkedHashMap<>();
    private final Map<TableMapping, List<String>> constants = new HashMap<>();
    private @Nullable TableMapping last;

    public RowMapper(TableDefinition definition, TargetTable target, MySqlServer server) {
        this.definition = definition;
        this.target = target;
        this.evaluator = new ExpressionEvaluator(server);
    }

    /**
     * Maps the events, in order. What cannot be mapped comes out as an image with its refusal.
     *
     * @throws SQLException when the target is away
     * @throws io.changeover.transport.problem.ChangeoverException (17) when a mapped column is gone
     */
    public List<Mapped> map(List<Received> events) throws SQLException {
        List<Mapped> mapped = new ArrayList<>(events.size());
        int from = 0;
        while (from < events.size()) {
            TableMapping mapping = mapping(schema(events.get(from)));
            int to = from + 1;
            while (to < events.size() && mapping(schema(events.get(to))) == mapping) {
                to++;
            }
            map(mapping, events.subList(from, to), mapped);
            from = to;
        }
        return mapped;
    }

    private void map(TableMapping mapping, List<Received> events, List<Mapped> mapped) throws SQLException {
        List<Received> written = mapping.isPlain()
                ? List.of()
                : events.stream().filter(event -> event(event).after() != null).toList();
        List<ExpressionEvaluator.Result> results = written.isEmpty() ? List.of() : evaluator.evaluate(mapping, written);
        List<String> fixed = constants(mapping);
        int next = 0;
        for (Received received : events) {
            ChangeEvent event = event(received);
            List<String> key = mapping.key(event.row(), fixed);
            MappedRow image = null;
            if (event.after() != null) {
                ExpressionEvaluator.Result result =
                        mapping.isPlain() ? ExpressionEvaluator.Result.PLAIN : results.get(next++);
                image = image(mapping, received, result);
            }
            mapped.add(new Mapped(received, key, event.version(), image));
        }
    }

    private static @Nullable MappedRow image(
            TableMapping mapping, Received received, ExpressionEvaluator.Result result) {
        if (result.refusal() != null) {
            return new MappedRow(mapping.layout(), new Object[0], received, result.refusal());
        }
        if (!result.wanted()) {
            return null;
        }
        try {
            return new MappedRow(
                    mapping.layout(), mapping.values(event(received).row(), result.values()), received, null);
        } catch (IllegalArgumentException e) {
            return new MappedRow(mapping.layout(), new Object[0], received, String.valueOf(e.getMessage()));
        }
    }

    private TableMapping mapping(TableSchema schema) {
        TableMapping recent = last;
        if (recent != null && recent.schema().equals(schema)) {
            return recent;
        }
        TableMapping found = mappings.computeIfAbsent(schema, made -> new TableMapping(definition, made, target));
        last = found;
        return found;
    }

    private List<String> constants(TableMapping mapping) throws SQLException {
        List<String> known = constants.get(mapping);
        if (known == null) {
            known = mapping.constants().isEmpty() ? List.of() : evaluator.constants(mapping.constants());
            constants.put(mapping, known);
        }
        return known;
    }

    private static TableSchema schema(Received received) {
        return event(received).schema();
    }

    private static ChangeEvent event(Received received) {
        return Objects.requireNonNull(received.event());
    }

    @Override
    public void close() {
        evaluator.close();
    }
}

package io.changeover.apply.mapping;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.mapping.PlaceRule.Place;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
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
     * @param place where the row belongs, see {@link RowKey#place}
     * @param image null when the row must not be there
     * @param scattered see {@link Change#scattered}
     * @param preferred see {@link Change#preferred}
     */
    public record Mapped(
            Received origin,
            List<String> key,
            int place,
            Version version,
            @Nullable MappedRow image,
            boolean scattered,
            boolean preferred) {

        public Change<MappedRow> change(RowKey identified) {
            return new Change<>(identified.at(place), version, image, scattered, preferred);
        }
    }

    private final TableDefinition definition;
    private final TargetTable target;
    private final ExpressionEvaluator evaluator;
    private final PlaceRule rule;
    private final Map<TableSchema, TableMapping> mappings = new LinkedHashMap<>();
    private final Map<TableMapping, List<String>> constants = new HashMap<>();
    private @Nullable TableMapping last;

    public RowMapper(TableDefinition definition, TargetTable target, MySqlServer server) {
        this.definition = definition;
        this.target = target;
        this.evaluator = new ExpressionEvaluator(server);
        this.rule = new PlaceRule(definition, target);
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
        List<ExpressionEvaluator.Result> results =
                written.isEmpty() ? List.of() : evaluator.evaluate(mapping.expressions(), written);
        List<String> fixed = constants(mapping);
        Iterator<Place> places = places(mapping, events).iterator();
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
            mapped.add(placed(mapping, received, key, image, places.next()));
        }
    }

    /** The events' places; of rows that have to be nowhere it need not be known. */
    private List<Place> places(TableMapping mapping, List<Received> events) throws SQLException {
        if (rule.isSingle()) {
            return Collections.nCopies(events.size(), Place.ONLY);
        }
        List<Received> asking =
                events.stream().filter(event -> rule.asksFor(event(event))).toList();
        Iterator<Place> found = rule.places(mapping.schema(), asking, evaluator).iterator();
        return events.stream()
                .map(event -> rule.asksFor(event(event)) ? found.next() : Place.NONE)
                .toList();
    }

    private Mapped placed(
            TableMapping mapping, Received received, List<String> key, @Nullable MappedRow image, Place place) {
        ChangeEvent event = event(received);
        MappedRow placed = image != null && image.refusal() == null && place.refusal() != null
                ? new MappedRow(mapping.layout(), new Object[0], received, place.refusal())
                : image;
        boolean scattered = !rule.isSingle() && rule.isScattered(event, placed != null, place);
        // a removal that concerns all places has none of its own
        int number = placed == null && scattered ? RowKey.NOWHERE : place.number();
        boolean preferred = definition.onCollision().prefers(definition.sourceName());
        return new Mapped(received, key, number, event.version(), placed, scattered, preferred);
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

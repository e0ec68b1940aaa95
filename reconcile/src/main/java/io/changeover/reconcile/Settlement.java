package io.changeover.reconcile;

import static java.util.stream.Collectors.groupingBy;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.Settled.Finding;
import io.changeover.reconcile.table.ColumnValues;
import io.changeover.reconcile.table.FoundRows;
import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.RowDifference;
import io.changeover.reconcile.table.TableReader;
import io.changeover.transport.definition.PipelineDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settles by position whether suspect rows are different, while both sides are written to (NoFalseAlarm). A look at a row:
 *
 * <ol>
 *   <li>note where the row's topic ends, and read the row from the source, which shows all that was published until then;
 *   <li>wait until all that the source has committed by now is published, and applied;
 *   <li>note what waits beside the new table, and read the row from the target;
 *   <li>read which rows messages speak of from the noted end on.
 * </ol>
 *
 * Where no message and no waiting image speaks of the row, the source's row was the same all the time, and the target has
 * applied everything that was ever said of it: a row that is not equal then is different. Where one does, nothing can be told,
 * and there is another look.
 *
 * <p>Of the rows of one new table with its shards, and all that feeds it. Confined to one thread.
 *
 * <p>Next: {@link Passage}.
 */
final class Settlement implements AutoCloseable {

    /** More than are told of all tables that go to one new table. */
    private static final int MOST_SHOWN = 1000;

    /** Rows of one look: few enough that it is short, since what changes meanwhile is looked at again. */
    private static final int AT_ONCE = 500;

    private static final int LOOKS = 6;

    /** @param old what the mapping makes of the old rows, by place */
    private record Look(List<Suspect> suspects, Map<ComparedPlace, FoundRows> old) {}

    /** @param spellings the key as it was looked for, and as each side has it */
    private record Unequal(Finding finding, List<List<@Nullable String>> spellings) {}

    private final List<ComparedPlace> places;
    private final boolean values;
    private int shown;
    private final Connections connections;
    private final Map<String, Connection> sources = new TreeMap<>();
    private final Map<String, Connection> targets = new TreeMap<>();
    private final Passage passage;

    /** What was in the way of a look: it is not waited for again. */
    private @Nullable String obstacle;

    /**
     * @param places all that have rows in the new table or in a shard of it
     * @param patience how long a look waits for what is under way
     * @param values whether findings are to have both sides' values
     */
    Settlement(
            PipelineDefinition pipeline,
            List<ComparedPlace> places,
            CompareServers servers,
            Duration patience,
            boolean values)
            throws SQLException {
        this.places = List.copyOf(places);
        this.values = values;
        this.connections = new Connections(servers);
        try {
            for (ComparedPlace place : places) {
                String source = place.definition().sourceName();
                if (!sources.containsKey(source)) {
                    sources.put(source, connections.source(source));
                }
                if (!targets.containsKey(place.targetName())) {
                    targets.put(place.targetName(), connections.target(place.targetName()));
                }
            }
            this.passage = new Passage(pipeline, places, sources, targets, patience);
        } catch (SQLException | RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    /** Looks at the rows until each is told to be equal or different, or cannot be told. */
    Settled settle(List<Suspect> suspects) throws SQLException {
        Map<Suspect, Finding> different = new LinkedHashMap<>();
        Map<Suspect, String> undecided = new LinkedHashMap<>();
        for (int from = 0; from < suspects.size(); from += AT_ONCE) {
            List<Suspect> left = suspects.subList(from, Math.min(suspects.size(), from + AT_ONCE));
            for (int look = 1; look <= LOOKS && !left.isEmpty(); look++) {
                if (look > 1) {
                    Pause.of(50L << look);
                }
                left = look(left, different, undecided);
            }
            left.forEach(row -> undecided.put(
                    row,
                    "it changed during each of " + LOOKS + " looks at it, or its change waits beside the new table"
                            + " (`changeover parked list` shows what waits)"));
        }
        return new Settled(different, undecided);
    }

    /** Looks once; gives those that changed meanwhile. */
    private List<Suspect> look(List<Suspect> suspects, Map<Suspect, Finding> different, Map<Suspect, String> undecided)
            throws SQLException {
        if (obstacle == null) {
            obstacle = passage.begin();
        }
        if (obstacle == null) {
            Look look = new Look(suspects, readOld(suspects));
            obstacle = passage.drain();
            if (obstacle == null) {
                return judge(look, different);
            }
        }
        String why = obstacle;
        suspects.forEach(suspect -> undecided.put(suspect, why));
        return List.of();
    }

    private Map<ComparedPlace, FoundRows> readOld(List<Suspect> suspects) throws SQLException {
        Map<ComparedPlace, FoundRows> old = new HashMap<>();
        for (ComparedPlace place : places) {
            List<List<@Nullable String>> keys = suspects.stream()
                    .filter(suspect -> suspect.place().isSameTable(place))
                    .map(Suspect::key)
                    .toList();
            if (!keys.isEmpty()) {
                old.put(place, FoundRows.ofSource(mapped(place), place.table(), keys));
            }
        }
        return old;
    }

    private List<Suspect> judge(Look look, Map<Suspect, Finding> different) throws SQLException {
        List<TouchedKeys> waiting = passage.waiting();
        Map<Suspect, Unequal> unequal = new LinkedHashMap<>();
        for (Map.Entry<ComparedPlace, List<Suspect>> of :
                look.suspects().stream().collect(groupingBy(Suspect::place)).entrySet()) {
            ComparedPlace place = of.getKey();
            TableReader stored =
                    TableReader.ofTarget(Objects.requireNonNull(targets.get(place.targetName())), place.table(), true);
            FoundRows next = FoundRows.ofTarget(
                    stored,
                    place.table(),
                    of.getValue().stream().map(Suspect::key).toList());
            TableReader mapped = mapped(place);
            RowDifference difference = new RowDifference(place.table(), mapped, stored);
            for (Suspect suspect : of.getValue()) {
                RawRow is = next.of(suspect.key());
                RawRow shall = old(look, place).of(suspect.key());
                List<List<@Nullable String>> spellings = new ArrayList<>(List.of(suspect.key()));
                if (is != null) {
                    spellings.add(stored.keys(is));
                }
                if (shall != null) {
                    spellings.add(mapped.keys(shall));
                }
                finding(suspect, shall, is, difference, look)
                        .ifPresent(finding -> unequal.put(suspect, new Unequal(finding, spellings)));
            }
        }
        if (unequal.isEmpty()) {
            return List.of();
        }
        List<TouchedKeys> unsettled = new ArrayList<>(waiting);
        unsettled.addAll(passage.touched());
        List<Suspect> again = new ArrayList<>();
        unequal.forEach((suspect, of) -> {
            boolean isUnsettled =
                    unsettled.stream().anyMatch(keys -> of.spellings().stream().anyMatch(keys::has));
            if (isUnsettled) {
                again.add(suspect);
            } else {
                different.put(suspect, of.finding());
            }
        });
        return again;
    }

    /**
     * What is wrong with a row.
     *
     * @param shall what the mapping makes of the old row
     * @param is the row of the new table
     */
    private Optional<Finding> finding(
            Suspect suspect, @Nullable RawRow shall, @Nullable RawRow is, RowDifference difference, Look look) {
        if (shall != null && is != null) {
            List<String> columns = new ArrayList<>(difference.keyColumns(shall, is));
            columns.addAll(difference.columns(shall, is));
            return columns.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Finding(
                            Kind.DIFFERENT,
                            columns,
                            showsValues() ? difference.values(shall, is, columns) : List.of()));
        }
        List<ColumnValues> all = showsValues() ? difference.values(shall, is) : List.of();
        if (shall != null) {
            return Optional.of(new Finding(Kind.MISSING, List.of(), all));
        }
        boolean accounted = is == null
                || places.stream()
                        .filter(place -> place.isSameTable(suspect.place()))
                        .anyMatch(place -> old(look, place).of(suspect.key()) != null);
        return accounted ? Optional.empty() : Optional.of(new Finding(Kind.EXTRA, List.of(), all));
    }

    /** Of the first rows only: many long ones would not go into memory, and few are shown. */
    private boolean showsValues() {
        return values && shown++ < MOST_SHOWN;
    }

    /** Whether a row of the new table can be of a mapping, by the constants of its key. */
    boolean canBeOf(ComparedPlace place, List<@Nullable String> key) throws SQLException {
        return place.table().canBeOf(key, source(place));
    }

    private static FoundRows old(Look look, ComparedPlace place) {
        return Objects.requireNonNull(look.old().get(place), "not read");
    }

    private TableReader mapped(ComparedPlace place) {
        return TableReader.ofSource(source(place), place.table(), true);
    }

    private Connection source(ComparedPlace place) {
        return Objects.requireNonNull(sources.get(place.definition().sourceName()));
    }

    @Override
    public void close() throws SQLException {
        passage.close();
        connections.close();
    }
}

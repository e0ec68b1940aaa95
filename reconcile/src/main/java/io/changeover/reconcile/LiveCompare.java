package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.Settled.Finding;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares both sides while they are written to. Rows that a scan finds unequal are only suspect: each is settled by position,
 * sent again if it is different and that is wanted, and settled once more.
 *
 * <p>Next: {@link FullCompare}, then {@link Settlement}.
 */
public final class LiveCompare {

    /** More suspects of one table are not looked at: something is wrong with all of it. */
    private static final int MOST_SUSPECTS = 100_000;

    private static final int SAMPLES = 20;

    private static final Duration NOTE_EVERY = Duration.ofSeconds(2);

    /** With more suspects the notes would be megabytes, of a comparison that will only say that all is wrong. */
    private static final int MOST_NOTED = 10_000;

    private static final Logger log = LoggerFactory.getLogger(LiveCompare.class);

    /** Fewer rows are sent again whatever part of the table they are. */
    private static final int PERCENT_FROM = 100;

    private final PipelineDefinition pipeline;
    private final CompareServers servers;
    private final ReconcileSettings settings;
    private final CompareProgress progress;
    private final Consumer<String> talk;
    private final boolean values;

    /** @param talk is told what is done beside the scan */
    public LiveCompare(
            PipelineDefinition pipeline,
            CompareServers servers,
            ReconcileSettings settings,
            CompareProgress progress,
            Consumer<String> talk) {
        this(pipeline, servers, settings, progress, talk, false);
    }

    /** @param values whether differences are to have both sides' values */
    public LiveCompare(
            PipelineDefinition pipeline,
            CompareServers servers,
            ReconcileSettings settings,
            CompareProgress progress,
            Consumer<String> talk,
            boolean values) {
        this.pipeline = pipeline;
        this.servers = servers;
        this.settings = settings;
        this.progress = progress;
        this.talk = talk;
        this.values = values;
    }

    /**
     * Compares the tables one after the other, each together with all others that go to the same new table: only together can they
     * tell that a row of it is of none of them. An error of one table is told of it, and the others are compared.
     */
    public List<TableReport> compare(Collection<TableDefinition> tables) {
        List<TableReport> reports = new ArrayList<>();
        for (List<TableDefinition> each : together(tables)) {
            try {
                reports.addAll(compareTogether(each, ScanNotes.NONE));
            } catch (ChangeoverException e) {
                reports.addAll(failed(each, e));
            } catch (RuntimeException e) {
                log.error("comparing {} failed", target(each.get(0)), e);
                reports.addAll(failed(each, "[1] " + e + ": report it"));
            }
        }
        return reports;
    }

    /** The tables, and all that go to the same new tables as they do, by new table. */
    public List<List<TableDefinition>> together(Collection<TableDefinition> tables) {
        Map<String, List<TableDefinition>> together = new LinkedHashMap<>();
        pipeline.tables()
                .forEach(table -> together.computeIfAbsent(target(table), name -> new ArrayList<>())
                        .add(table));
        return together.values().stream()
                .filter(each -> each.stream().anyMatch(tables::contains))
                .toList();
    }

    /** What a report calls the new table, with its server. */
    public static String target(TableDefinition table) {
        return table.targetName() + "." + table.target();
    }

    /**
     * Compares all that goes to one new table.
     *
     * @param tables one of {@link #together}
     * @param notes of a comparison of the same tables that was cut, to be gone on with; kept up while this one scans
     * @throws ChangeoverException when it cannot be done, with 12 or 13 when a server refuses or does not answer
     */
    public List<TableReport> compareTogether(List<TableDefinition> tables, ScanNotes notes) {
        try {
            Optional<ScanState> kept = ScanState.parse(notes.last());
            if (kept.isPresent()) {
                try {
                    return new Run(tables, notes, kept.get()).reports();
                } catch (ScanCursor.ChangedException e) {
                    talk.accept(target(tables.get(0)) + ": the comparison begins anew, " + e.getMessage());
                }
            }
            notes.forget();
            return new Run(tables, notes, ScanState.START).reports();
        } catch (SQLException e) {
            throw new ChangeoverException(SqlFailure.of(e).problem(target(tables.get(0))), e);
        }
    }

    /** What a comparison that could not be done tells of the tables. */
    public static List<TableReport> failed(List<TableDefinition> tables, ChangeoverException failure) {
        return failed(tables, failure.problems().get(0).toString());
    }

    private static List<TableReport> failed(List<TableDefinition> tables, String why) {
        return tables.stream()
                .map(table -> TableReport.failed(table.label(), target(table), why))
                .toList();
    }

    /** The comparison of tables that go to one new table. */
    private final class Run {

        private final List<TableDefinition> tables;
        private final List<ComparedPlace> places = new ArrayList<>();
        private final Map<TableDefinition, Rows> rows = new LinkedHashMap<>();
        private final Set<Suspect> suspects = new LinkedHashSet<>();
        private final ScanNotes notes;
        private final ScanState from;
        private final long began = System.nanoTime();
        private long noted = began - NOTE_EVERY.toNanos();
        /** Since the last step of the scan. */
        private long oldRows;

        private long newRows;

        Run(List<TableDefinition> tables, ScanNotes notes, ScanState from) {
            this.tables = tables;
            this.notes = notes;
            this.from = from;
            tables.forEach(table -> rows.put(table, new Rows(from.rows().get(table.label()))));
        }

        List<TableReport> reports() throws SQLException {
            try (ScanPace pace = new ScanPace(pipeline, tables, settings, servers, talk)) {
                new FullCompare(servers, progress)
                        .scan(tables, this::listener, new ScanCursor(from.at(), at -> passed(at, pace)));
            }
            from.suspects().forEach(found -> suspects.add(new Suspect(places.get(found.place()), found.key())));
            List<Suspect> looked = List.copyOf(suspects);
            if (!looked.isEmpty()) {
                settle(looked);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            List<TableReport> reports = new ArrayList<>();
            rows.forEach((table, of) -> reports.add(of.report(table, seconds)));
            return reports;
        }

        private void passed(ScanCursor.At at, ScanPace pace) throws SQLException {
            long now = System.nanoTime();
            if (now - noted >= NOTE_EVERY.toNanos()
                    && suspects.size() + from.suspects().size() <= MOST_NOTED) {
                notes.note(state(at).text());
                noted = now;
            }
            pace.passed(Math.max(oldRows, newRows));
            oldRows = 0;
            newRows = 0;
        }

        private ScanState state(ScanCursor.At at) {
            Map<String, ScanState.Read> read = new LinkedHashMap<>();
            rows.forEach((table, of) -> read.put(table.label(), new ScanState.Read(of.source, of.target)));
            List<ScanState.Found> found = new ArrayList<>(from.suspects());
            suspects.forEach(suspect -> found.add(new ScanState.Found(places.indexOf(suspect.place()), suspect.key())));
            return new ScanState(at, read, found);
        }

        private Findings listener(ComparedPlace place) {
            places.add(place);
            Rows of = Objects.requireNonNull(rows.get(place.definition()));
            return new Findings() {
                @Override
                public void sourceRows(int count) {
                    of.source += count;
                    oldRows += count;
                    advanced(place);
                }

                @Override
                public void targetRows(int count) {
                    of.target += count;
                    newRows += count;
                    advanced(place);
                }

                @Override
                public void found(Kind kind, List<@Nullable String> key, List<String> columns) {
                    if (suspects.size() < MOST_SUSPECTS) {
                        suspects.add(new Suspect(place, key));
                    } else {
                        of.undecided++;
                        of.remarks.add("more than " + MOST_SUSPECTS
                                + " rows are not the same: is the mapping what the new table was filled with?");
                    }
                }

                private void advanced(ComparedPlace at) {
                    long done = of.source + of.target;
                    progress.advanced(
                            at.table().label(),
                            done,
                            Math.max(done, 2 * at.table().estimatedRows()));
                }
            };
        }

        private void settle(List<Suspect> looked) throws SQLException {
            talk.accept(names() + ": " + looked.size() + " rows are looked at again");
            try (Settlement settlement = new Settlement(pipeline, places, servers, settings.patience(), values)) {
                Settled settled = settlement.settle(looked);
                settled.undecided().forEach((suspect, why) -> rows(suspect).undecided(why));
                Map<Suspect, Finding> different = authored(told(settlement, settled.different()));
                Set<Suspect> left = settings.repair() ? repaired(settlement, different) : different.keySet();
                different.forEach(
                        (suspect, finding) -> rows(suspect).different(suspect, finding, left.contains(suspect)));
            }
        }

        /** What is proven stays, whatever cannot be said about it. */
        private Map<Suspect, Finding> told(Settlement settlement, Map<Suspect, Finding> found) {
            try {
                Map<Suspect, Finding> owned = new LinkedHashMap<>();
                for (Map.Entry<Suspect, Finding> each : found.entrySet()) {
                    boolean isExtra = each.getValue().kind() == Kind.EXTRA;
                    List<Suspect> owners = isExtra ? owners(settlement, each.getKey()) : List.of();
                    owned.put(owners.isEmpty() ? each.getKey() : owners.get(0), each.getValue());
                }
                return new Staleness(pipeline, servers, settings.patience()).told(owned);
            } catch (SQLException | RuntimeException e) {
                log.debug("stale rows are not told", e);
                remark("stale rows are counted as altered: " + why(e));
                return Staleness.altered(found);
            }
        }

        /** Before rows are sent again: that writes them anew. */
        private Map<Suspect, Finding> authored(Map<Suspect, Finding> found) {
            found.forEach((suspect, finding) -> {
                if (finding.beyond() != null) {
                    rows(suspect)
                            .remarks
                            .add("rows are not sent again, for instance " + suspect.shownKey() + ": "
                                    + finding.beyond());
                }
            });
            return new Authorship(
                            pipeline,
                            servers,
                            (suspect, text) -> rows(suspect).remarks.add(text))
                    .told(found);
        }

        /** An extra row was found for all that feed the new table: its key may tell whose it can be. */
        private List<Suspect> owners(Settlement settlement, Suspect extra) throws SQLException {
            List<Suspect> owners = new ArrayList<>();
            for (ComparedPlace place : places) {
                if (place.isSameTable(extra.place()) && settlement.canBeOf(place, extra.key())) {
                    owners.add(new Suspect(place, extra.key()));
                }
            }
            return owners;
        }

        private Set<Suspect> repaired(Settlement settlement, Map<Suspect, Finding> different) {
            try {
                return repair(settlement, different);
            } catch (SQLException | ChangeoverException e) {
                remark("rows were not sent again, or it is not known whether they were: " + why(e));
                return different.keySet();
            }
        }

        /** Without values of rows, which a server's message may have. */
        private static String why(Exception e) {
            return e instanceof SQLException failure ? SqlFailure.of(failure).text() : String.valueOf(e.getMessage());
        }

        private void remark(String text) {
            rows.values().forEach(of -> of.remarks.add(text));
        }

        /** Sends the rows again; gives those that are different still. */
        private Set<Suspect> repair(Settlement settlement, Map<Suspect, Finding> different) throws SQLException {
            Set<Suspect> left = new LinkedHashSet<>(different.keySet());
            List<Suspect> wanted = new ArrayList<>();
            different.keySet().stream()
                    .filter(suspect ->
                            Objects.requireNonNull(different.get(suspect)).beyond() == null)
                    .collect(Collectors.groupingBy(suspect -> suspect.place().definition()))
                    .forEach((table, of) -> {
                        Rows counts = Objects.requireNonNull(rows.get(table));
                        if (isTooMuch(of.size(), Math.max(counts.source, counts.target))) {
                            counts.remarks.add(of.size() + " rows differ, which are too many to send again in one run"
                                    + " (repairRows, repairPercent): is the mapping right?");
                        } else {
                            wanted.addAll(of);
                        }
                    });
            if (wanted.isEmpty()) {
                return left;
            }
            talk.accept(names() + ": " + wanted.size() + " rows are sent again");
            List<Suspect> sent = new ArrayList<>();
            for (Suspect suspect : wanted) {
                // of several that can own it, a delete harms none: it touches its own rows only
                boolean isExtra = Objects.requireNonNull(different.get(suspect)).kind() == Kind.EXTRA;
                sent.addAll(isExtra && places.size() > 1 ? owners(settlement, suspect) : List.of(suspect));
            }
            List<String> reasons = new Repair(pipeline, settings.patience()).send(sent);
            Settled after = settlement.settle(wanted);
            wanted.forEach(suspect -> {
                if (after.different().containsKey(suspect)) {
                    rows(suspect)
                            .remarks
                            .add("rows are different although they were sent again: `changeover explain-row`"
                                    + " tells what keeps them, for instance " + suspect.shownKey());
                } else if (after.undecided().containsKey(suspect)) {
                    rows(suspect)
                            .remarks
                            .add("of rows that were sent again it could not be told whether they are equal: "
                                    + after.undecided().get(suspect));
                } else {
                    left.remove(suspect);
                }
                rows(suspect).remarks.addAll(reasons);
            });
            return left;
        }

        /** So many are no accident: sending them again would only rewrite what a wrong mapping says. */
        private boolean isTooMuch(long rows, long compared) {
            return rows > settings.repairRows()
                    || (rows > PERCENT_FROM && rows * 100 > compared * settings.repairPercent());
        }

        private String names() {
            return tables.stream().map(TableDefinition::label).collect(Collectors.joining(", "));
        }

        private Rows rows(Suspect suspect) {
            return Objects.requireNonNull(rows.get(suspect.place().definition()));
        }
    }

    /** What was found of one table. */
    private static final class Rows {

        private final Map<Kind, Long> different = new EnumMap<>(Kind.class);
        private final List<Mismatch> samples = new ArrayList<>();
        private final Set<String> remarks = new TreeSet<>();
        private long source;
        private long target;
        private long undecided;
        private long mended;

        Rows(ScanState.@Nullable Read read) {
            this.source = read == null ? 0 : read.source();
            this.target = read == null ? 0 : read.target();
        }

        void undecided(String why) {
            undecided++;
            remarks.add(why);
        }

        void different(Suspect suspect, Finding finding, boolean isLeft) {
            different.merge(finding.kind(), 1L, Long::sum);
            if (!isLeft) {
                mended++;
            } else if (samples.size() < SAMPLES) {
                samples.add(finding.of(suspect.shownKey()));
            }
        }

        TableReport report(TableDefinition table, double seconds) {
            return new TableReport(
                    table.label(),
                    target(table),
                    source,
                    target,
                    different,
                    mended,
                    undecided,
                    samples,
                    List.copyOf(remarks),
                    true,
                    seconds);
        }
    }
}

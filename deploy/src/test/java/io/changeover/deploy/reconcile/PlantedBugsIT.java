package io.changeover.deploy.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.reconcile.HandMapping.Harm;
import io.changeover.deploy.reconcile.HandMapping.Wrong;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bugs of capture and apply, one at a time, planted at the seams around the parts as they are: reconcile finds each, by the very
 * rows that it harmed and with a fitting kind, and what it sends again makes both sides equal. All of them in the fault suites, or
 * by {@code mvn -B verify -Pfault,launch -pl deploy -am -Dit.test=PlantedBugsIT -Dfailsafe.failIfNoSpecifiedTests=false};
 * {@code -Dreconcile.bugs=wrong-shard,json-null} takes some of them.
 */
@WithServers
@Timeout(1800)
class PlantedBugsIT {

    /** What every build tries. */
    private static final Set<String> TELLING =
            Set.of("delete-dropped", "wrong-shard", "timestamp-shifted", "partition-lost");

    private static final String LINE = "%-25s %-13s %-10s %-40s %s";

    private final TestingServers servers;
    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path folder;

    PlantedBugsIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    @Tag("fault")
    void everyPlantedBug_isFoundByTheRowsThatItHarmed() throws Exception {
        String some = System.getProperty("reconcile.bugs");
        find(some == null ? PlantedBugs.all() : named(Set.of(some.split(","))));
    }

    @Test
    void theMostTellingBugs_areFound() throws Exception {
        find(named(TELLING));
    }

    private static List<PlantedBug> named(Set<String> names) {
        List<PlantedBug> named = PlantedBugs.all().stream()
                .filter(bug -> names.contains(bug.name()))
                .toList();
        assertThat(named).hasSameSizeAs(names);
        return named;
    }

    private void find(List<PlantedBug> bugs) throws Exception {
        List<String> notFound = new ArrayList<>();
        try (BuggedPipeline pipeline = new BuggedPipeline(servers, folder, bugs.size() + 2)) {
            for (int block = 0; block < bugs.size(); block++) {
                PlantedBug bug = bugs.get(block);
                try {
                    told.add(found(pipeline, bug, block));
                } catch (AssertionError e) {
                    notFound.add(bug.name() + ": " + e.getMessage());
                    told.add(LINE.formatted(bug.name(), bug.where(), "NOT FOUND", "", bug.does()));
                    pipeline.heal();
                    pipeline.drain();
                    pipeline.compare(true); // the next one begins from clean all the same
                }
            }
            assertThat(notFound).isEmpty();
            withoutBugs(pipeline, bugs.size());
        } finally {
            System.out.println(String.join("\n", told));
        }
    }

    /** The same happenings without a bug, and with records that come twice, are no difference. */
    private static void withoutBugs(BuggedPipeline pipeline, int block) {
        pipeline.burst(block);
        pipeline.consumed("t_account", PlantedBugs::lastOneTwice);
        pipeline.burst(block + 1);
        pipeline.drain();
        pipeline.heal();
        assertThat(pipeline.harm()).isEmpty();
        assertThat(pipeline.compare(false)).hasSize(6).allSatisfy(report -> {
            assertThat(report.found()).as(report.toString()).isZero();
            assertThat(report.verdict()).isEqualTo(Verdict.EQUAL);
            assertThat(report.sourceRows()).isPositive();
        });
    }

    /** Plants the bug, takes it away, finds what it did, and mends it; a line about it. */
    private String found(BuggedPipeline pipeline, PlantedBug bug, int block) throws Exception {
        if (!bug.beginsCapture()) {
            pipeline.start();
            pipeline.drain();
            assertThat(pipeline.harm()).as("before").isEmpty();
        }
        bug.plant().in(pipeline, block);
        bug.act().in(pipeline, block);
        pipeline.drain();
        pipeline.heal();
        pipeline.drain();

        List<Harm> harm = pipeline.harm();
        assertThat(harm).as("a bug that harms nothing proves nothing").isNotEmpty();
        assertThat(harm).allSatisfy(each -> assertThat(each.table()).isEqualTo(bug.table()));
        List<TableReport> reports = pipeline.compare(false);
        assertThat(reports).as(reports.toString()).allSatisfy(report -> {
            assertThat(report.complete()).isTrue();
            assertThat(report.undecided()).isZero();
            assertThat(report.verdict()).isEqualTo(report.found() == 0 ? Verdict.EQUAL : Verdict.DIFFERENT);
            assertThat(report.found() == 0 || newTable(report).equals(bug.table()))
                    .isTrue();
        });
        Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
        reports.forEach(report -> report.different().forEach((kind, rows) -> kinds.merge(kind, rows, Long::sum)));
        assertThat(wrong(kinds)).as(reports.toString()).isEqualTo(counted(harm));
        assertThat(bug.kinds()).containsAll(kinds.keySet());
        Set<Harm> known = Set.copyOf(harm);
        reports.forEach(report -> assertThat(report.samples())
                .allSatisfy(sample ->
                        assertThat(known).contains(new Harm(newTable(report), wrong(sample.kind()), sample.key()))));

        if (!pipeline.wasLostByHand()) {
            assertThat(reports).noneSatisfy(PlantedBugsIT::accusesOthers);
        }

        if (!bug.mend().isEmpty()) {
            pipeline.next(bug.mend());
        }
        List<TableReport> mended = pipeline.compare(true);
        assertThat(mended)
                .as(mended.toString())
                .allSatisfy(report -> assertThat(report.verdict()).isEqualTo(Verdict.EQUAL));
        assertThat(pipeline.harm()).as("after the repair").isEmpty();
        return LINE.formatted(bug.name(), bug.where(), "different", kinds, bug.does());
    }

    /** Apply wrote it all, however wrongly: nobody else did. */
    private static void accusesOthers(TableReport report) {
        List<String> told = new ArrayList<>(report.remarks());
        report.samples().forEach(sample -> told.add(String.valueOf(sample.note())));
        assertThat(told).anyMatch(text -> text.contains("others than Changeover") || text.contains("another session"));
    }

    private static String newTable(TableReport report) {
        return report.target().substring(report.target().lastIndexOf('.') + 1);
    }

    /** How reconcile tells what hand-written statements see. */
    private static Wrong wrong(Kind kind) {
        return switch (kind) {
            case MISSING -> Wrong.MISSING;
            case EXTRA -> Wrong.EXTRA;
            case DIFFERENT, STALE, ALTERED -> Wrong.DIFFERENT;
        };
    }

    private static Map<Wrong, Long> wrong(Map<Kind, Long> kinds) {
        Map<Wrong, Long> wrong = new EnumMap<>(Wrong.class);
        kinds.forEach((kind, rows) -> wrong.merge(wrong(kind), rows, Long::sum));
        return wrong;
    }

    private static Map<Wrong, Long> counted(List<Harm> harm) {
        return harm.stream()
                .collect(Collectors.groupingBy(Harm::wrong, () -> new EnumMap<>(Wrong.class), Collectors.counting()));
    }
}

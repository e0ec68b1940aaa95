package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.Settled.Finding;
import io.changeover.reconcile.trace.RowAt;
import io.changeover.reconcile.trace.RowWrite;
import io.changeover.reconcile.trace.WriteTrace;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.event.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Who wrote rows that are different: Changeover, or somebody else, when and how, as far as the binlog of their server tells.
 * That it does not tell is a remark, never an error.
 */
final class Authorship {

    /** Of more rows the first ones are looked up. */
    private static final int MOST_ROWS = 1000;

    private final PipelineDefinition pipeline;
    private final CompareServers servers;
    private final BiConsumer<Suspect, String> remarks;

    /** @param remarks hears what is to be said of the table of a row */
    Authorship(PipelineDefinition pipeline, CompareServers servers, BiConsumer<Suspect, String> remarks) {
        this.pipeline = pipeline;
        this.servers = servers;
        this.remarks = remarks;
    }

    /** The findings with who wrote the rows. */
    Map<Suspect, Finding> told(Map<Suspect, Finding> findings) {
        Map<Suspect, Finding> told = new LinkedHashMap<>(findings);
        Map<String, List<Suspect>> byTarget = new TreeMap<>();
        findings.keySet().stream()
                .limit(MOST_ROWS)
                .forEach(suspect -> byTarget.computeIfAbsent(suspect.place().targetName(), name -> new ArrayList<>())
                        .add(suspect));
        byTarget.forEach((target, rows) -> tell(target, rows, told));
        if (findings.size() > MOST_ROWS) {
            remarks.accept(
                    findings.keySet().iterator().next(),
                    "who wrote them was looked up for " + MOST_ROWS + " of " + findings.size() + " rows only");
        }
        return told;
    }

    private void tell(String target, List<Suspect> suspects, Map<Suspect, Finding> told) {
        Map<Suspect, RowAt> rows = new LinkedHashMap<>();
        Map<TableName, List<String>> keys = new HashMap<>();
        for (Suspect suspect : suspects) {
            TableName table = suspect.place().table().target();
            rows.put(suspect, new RowAt(table, suspect.key()));
            keys.put(table, suspect.place().table().newKey());
        }
        WriteTrace.Found found = search(target, keys, rows);
        Map<Suspect, RowWrite> writes = new LinkedHashMap<>();
        Map<String, List<Suspect>> byTable = new LinkedHashMap<>();
        rows.forEach((suspect, row) -> {
            byTable.computeIfAbsent(suspect.place().table().label(), label -> new ArrayList<>())
                    .add(suspect);
            Finding finding = told.get(suspect);
            RowWrite write = found.writes().get(row);
            // a row that is there was written after the table was emptied, however that was kept from the binlog
            boolean isOlder = write != null
                    && write.operation().equals(RowWrite.TRUNCATE)
                    && finding != null
                    && finding.kind() != Kind.MISSING;
            if (write != null && finding != null && !isOlder) {
                writes.put(suspect, write);
                told.put(suspect, finding.by(write.toString()));
            }
        });
        byTable.values().forEach(of -> remark(of, writes, found.gap()));
    }

    private WriteTrace.Found search(String target, Map<TableName, List<String>> keys, Map<Suspect, RowAt> rows) {
        try (Connections connections = new Connections(servers)) {
            return WriteTrace.of(pipeline.target(target).server())
                    .search(connections.target(target), keys, rows.values());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new WriteTrace.Found(Map.of(), "interrupted");
        } catch (SQLException | RuntimeException e) {
            return new WriteTrace.Found(Map.of(), target + " cannot be asked: " + e.getMessage());
        }
    }

    /** Rows that are mended are told nowhere else. */
    private void remark(List<Suspect> rows, Map<Suspect, RowWrite> writes, String gap) {
        long others = 0;
        long unknown = 0;
        Map.Entry<Suspect, RowWrite> newest = null;
        for (Suspect row : rows) {
            RowWrite write = writes.get(row);
            if (write == null) {
                unknown++;
            } else if (!write.isOurs()) {
                others++;
                if (newest == null || write.time().isAfter(newest.getValue().time())) {
                    newest = Map.entry(row, write);
                }
            }
        }
        if (newest != null) {
            remarks.accept(
                    newest.getKey(),
                    "of " + rows.size() + " rows that differed, " + others
                            + " were written by others than Changeover on the target, the newest "
                            + newest.getKey().shownKey() + ": " + newest.getValue());
        }
        if (unknown > 0) {
            remarks.accept(rows.get(0), "who wrote " + unknown + " of " + rows.size() + " rows is not known: " + gap);
        }
    }
}

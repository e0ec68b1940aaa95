package io.changeover.reconcile;

import io.changeover.reconcile.table.OldKey;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalDialog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Has rows sent again as they are now, and deletes of rows that are not there: nothing is written but by apply, which keeps
 * what is newer.
 */
record Repair(PipelineDefinition pipeline, Duration patience) {

    private static final int KEYS_AT_ONCE = 500;

    /** Asks the captures, and waits until they have sent the rows; why some were not, each reason once. */
    List<String> send(List<Suspect> rows) {
        List<String> reasons = new ArrayList<>();
        Map<TableDefinition, List<Map<String, String>>> keys = new LinkedHashMap<>();
        for (Suspect row : rows) {
            try {
                keys.computeIfAbsent(row.place().definition(), table -> new ArrayList<>())
                        .add(OldKey.of(row.place().table(), row.key()));
            } catch (ArithmeticException | IllegalArgumentException e) {
                reasons.add(row.shownKey() + " is the key of no old row: delete it by hand");
            }
        }
        keys.forEach((table, of) -> {
            for (int from = 0; from < of.size(); from += KEYS_AT_ONCE) {
                ask(table, of.subList(from, Math.min(of.size(), from + KEYS_AT_ONCE)))
                        .ifPresent(reasons::add);
            }
        });
        return reasons.stream().distinct().toList();
    }

    private Optional<String> ask(TableDefinition table, List<Map<String, String>> keys) {
        Signal signal =
                Signal.refreshKeys(UUID.randomUUID().toString(), table.sourceName(), table.source(), keys, "reconcile");
        Optional<SignalAck> answer = SignalDialog.ask(pipeline, signal, patience);
        if (answer.isEmpty() || answer.get().state() == SignalAck.State.RUNNING) {
            return Optional.of("the capture of " + table.sourceName() + " has not sent the rows within "
                    + patience.toSeconds() + " s: does it run, or are its reads paused?");
        }
        return answer.get().state() == SignalAck.State.DONE
                ? Optional.empty()
                : Optional.of(
                        "the capture refused to send rows: " + answer.get().reason());
    }
}

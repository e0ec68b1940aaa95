package io.changeover.capture.engine;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.Cascades.Follower;
import io.changeover.capture.schema.ForeignKey;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Row;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The columns of a table that other captured tables refer to with a rule that follows updates. Where such a column changes,
 * InnoDB has changed rows over there that the binlog does not show: going on would leave them behind for ever.
 */
record ParentKeys(CapturedTable table, List<Follower> followers) {

    ParentKeys {
        followers = List.copyOf(followers);
    }

    /** @throws ChangeoverException (15) when the update has changed rows of other tables */
    void requireUnchanged(Row before, Row after, Place place) {
        if (followers.isEmpty()) {
            return;
        }
        List<Follower> followed = followers.stream()
                .filter(follower -> changes(follower.key(), before, after))
                .toList();
        if (!followed.isEmpty()) {
            throw stop(followed, place);
        }
    }

    private boolean changes(ForeignKey key, Row before, Row after) {
        return key.parentColumns().stream().anyMatch(column -> !before.sameAt(after, index(column)));
    }

    private int index(String column) {
        List<Column> columns = table.schema().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("foreign key to column " + column + ", which is not there");
    }

    private ChangeoverException stop(List<Follower> followed, Place place) {
        String changed = each(followed.stream().flatMap(follower -> follower.key().parentColumns().stream()));
        String children = each(followed.stream()
                .map(Follower::key)
                .map(key -> key.child() + " by foreign key " + key.name() + " (ON UPDATE " + key.onUpdate() + ")"));
        String declared = each(followed.stream().map(follower -> follower.key().name()));
        String again = followed.stream()
                .map(follower -> again(place.source(), follower))
                .collect(Collectors.joining("; "));
        return place.stop(
                ExitCode.UNSAFE_EVENT,
                "an UPDATE of " + table.schema().name() + " changes " + changed + ", and with it rows of " + children
                        + ", which the binlog does not show",
                "say `cascades: [" + declared + "]` where the pipeline names these tables, start again, and then send"
                        + " the rows again: " + again);
    }

    private static String each(Stream<String> texts) {
        return texts.distinct().collect(Collectors.joining(", "));
    }

    /** How the rows of one child are sent again. Values are left out: this text goes to logs. */
    private static String again(String source, Follower follower) {
        ForeignKey key = follower.key();
        String command = "changeover refresh --table " + source + "." + key.child() + " --execute --where ";
        String again = key.onUpdate().equals("SET NULL")
                ? command + key.shellCondition("IS NULL")
                : command + "TRUE (all rows; fewer with " + key.shellCondition("= NEW") + " and the new value for NEW)";
        return follower.movesRows() ? again + ", and with --keys the keys that these rows had before" : again;
    }
}

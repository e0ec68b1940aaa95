package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether an old column can be given back from the new table, should clients fall back after the new side was written to.
 *
 * @param from the new column that it was taken over into, with its table where another part has it; empty when there is none
 * @param losses what new values may lose on the way, or why there is none
 */
public record WayBack(String column, State state, String from, List<String> losses) {

    public enum State {
        yes,
        /** Some values are refused or come back as others. */
        partly,
        /** Rows that are there keep what they have, new ones get the column's default. */
        none,
        /** As none, and a new row cannot be written without it. */
        blocked
    }

    /** Through a column that was taken over. */
    static WayBack through(ColumnFacts old, ColumnFacts next, String from) {
        List<String> losses = new ArrayList<>();
        for (Loss loss : Losses.of(old, next, true)) {
            if (loss.kind() == Loss.Kind.changed) {
                losses.add("comes back as it is in the new table: " + loss.what());
            }
        }
        if (!old.generated()) {
            for (Loss loss : Losses.of(next, old, true)) {
                if (loss.kind() != Loss.Kind.mind) {
                    losses.add(loss.what());
                }
            }
        }
        return new WayBack(old.name(), losses.isEmpty() ? State.yes : State.partly, from, losses);
    }

    /** Where no new column holds it as it was. */
    static WayBack none(ColumnFacts old, List<MappingExpression> readBy) {
        if (old.generated()) {
            return new WayBack(old.name(), State.yes, "", List.of());
        }
        boolean needed = !old.nullable() && !old.hasDefault();
        String why = readBy.isEmpty() ? "nothing reads it" : "only expressions read it: " + readBy.get(0);
        return new WayBack(
                old.name(),
                needed ? State.blocked : State.none,
                "",
                List.of(why + (needed ? "; NOT NULL without a default: give it one before a fallback" : "")));
    }
}

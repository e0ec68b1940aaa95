package io.changeover.deploy.trial;

import java.util.List;

/**
 * What would happen to some rows.
 *
 * @param what for people, without values
 * @param rows how many
 * @param samples the old keys of the first of them
 */
public record Hazard(Kind kind, String what, long rows, List<String> samples) {

    public enum Kind {
        /** An expression cannot be evaluated: the row is parked. */
        expression,
        /** Its shard is NULL or none of them: the row is parked. */
        shard,
        /** The new table does not take a value: the row is parked. */
        value,
        /** A value is written, and is another one. */
        changed,
        /** Another row of the same old table has the key in the new one's eyes: one of them is lost. */
        key,
        /** Another row has the value of a unique index: the row is held until that one lets go of it. */
        unique,
        /** A row of another old table has the key: a collision. */
        collision
    }
}

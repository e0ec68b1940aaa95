package io.changeover.apply.guard;

import java.util.List;

/**
 * A newest image that could not be written and waits beside the table.
 *
 * @param reason for people: the database's words, without row data
 */
public record Deferred<I>(Change<I> change, Kind kind, String reason) {

    static final String FOREIGN = "the row belongs to another source";
    /** Held on the server of its place, where it came from another one, until it is tried there. */
    public static final String HANDED_OVER = "was put aside elsewhere";
    /** How the reason of an image begins that was parked until somebody asked for another try. */
    public static final String TO_BE_TRIED = "to be tried again";

    static final String DISPLACED = "a preferred source has taken the row's place";

    private static final List<String> NOT_TRIED = List.of(FOREIGN, HANDED_OVER, DISPLACED, TO_BE_TRIED);

    /** Whether the database has said that another row has its value: before it was tried, only a try can tell. */
    boolean saysConflict() {
        return kind == Kind.HELD && NOT_TRIED.stream().noneMatch(reason::startsWith);
    }

    /** Why it waits. */
    public enum Kind {
        /** another row has its value of a secondary unique key: tried again now and then */
        HELD,
        /** the row belongs to another source: tried again when that source's row goes */
        COLLISION,
        /** the database refuses the data: an operator decides, or a newer good event supersedes it */
        PARKED
    }
}

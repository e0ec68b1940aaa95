package io.changeover.transport.definition;

import static java.util.Objects.requireNonNull;

import io.changeover.transport.position.GtidSet;
import java.util.regex.Pattern;

/**
 * Where capture begins with a source that it has never captured. Later starts go on from the recorded position.
 *
 * @param loaded for {@link Kind#GTID} the transactions that the new tables hold already; else empty
 */
public record StartMode(Kind kind, GtidSet loaded) {

    /** The three ways to begin. */
    public enum Kind {
        /** Read every row, then stream. */
        SNAPSHOT,
        /** Stream what is written from now on. */
        NOW,
        /** Stream what is not in a given GTID set: the history was loaded elsewhere. */
        GTID
    }

    private static final Pattern UUIDS = Pattern.compile(
            "\\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\s*:[^,]+(,\\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\s*:[^,]+)*");

    public StartMode {
        requireNonNull(kind, "kind");
        if (loaded.isEmpty() == (kind == Kind.GTID)) {
            throw new IllegalArgumentException(
                    "a GTID set belongs to gtid and to nothing else: " + kind + " " + loaded);
        }
    }

    public static StartMode snapshot() {
        return new StartMode(Kind.SNAPSHOT, GtidSet.EMPTY);
    }

    public static StartMode now() {
        return new StartMode(Kind.NOW, GtidSet.EMPTY);
    }

    public static StartMode after(GtidSet loaded) {
        return new StartMode(Kind.GTID, loaded);
    }

    /**
     * Reads {@code snapshot}, {@code now} or {@code gtid:<set>}.
     *
     * @throws IllegalArgumentException for anything else, tagged GTIDs included
     */
    public static StartMode parse(String text) {
        if (text.equals("snapshot")) {
            return snapshot();
        }
        if (text.equals("now")) {
            return now();
        }
        if (!text.startsWith("gtid:")) {
            throw new IllegalArgumentException("found `" + text + "`");
        }
        String set = text.substring("gtid:".length());
        if (!UUIDS.matcher(set).matches()) {
            throw new IllegalArgumentException("not a GTID set (uuid:1-5:7,uuid:1-3)");
        }
        try {
            return after(GtidSet.parse(set));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("not a GTID set (uuid:1-5:7,uuid:1-3)", e);
        }
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SNAPSHOT -> "snapshot";
            case NOW -> "now";
            case GTID -> "gtid:" + loaded;
        };
    }
}

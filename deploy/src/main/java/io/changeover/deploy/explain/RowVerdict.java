package io.changeover.deploy.explain;

import io.changeover.apply.operation.KeyHistory;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.StoredRows.Found;
import io.changeover.apply.target.StoredRows.Waits;
import io.changeover.deploy.explain.RowExplainer.Seen;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all that was seen of a row comes to, in words. */
record RowVerdict(OldRow old, KeyHistory history, @Nullable Received newest, List<Seen> places) {

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (old.told().unpublished() > 0) {
            lines.add("capture is " + old.told().unpublished()
                    + " transactions behind its server; changes of the row may be among them");
        }
        ChangeEvent event = newest == null ? null : newest.event();
        if (newest == null || event == null) {
            lines.add(noMessage());
            return lines;
        }
        boolean exists = event.after() != null;
        if (old.told().exists() != null
                && old.told().exists() != exists
                && old.told().unpublished() <= 0) {
            lines.add("the newest message says that the row " + (exists ? "is there" : "is gone")
                    + ", the old server has it otherwise: `changeover refresh` sends it as it is");
        }
        for (Seen place : places) {
            if (place.found() != null) {
                lines.add(place.name() + ": " + verdict(place, place.found(), newest, event.version()));
            }
        }
        return lines;
    }

    private String noMessage() {
        return history.searchedFrom() > history.log().start()
                ? "no message of the key among those that were looked at; an older one may be there"
                : "the topic has no message of the key: it never had one, or retention took it; `changeover refresh`"
                        + " sends the row as it is";
    }

    private String verdict(Seen place, Found found, Received message, Version version) {
        Waits waits = place.waiting();
        if (waits != null) {
            String which = waits.version().equals(version) ? "the newest change" : "an earlier change";
            return which + " is " + waits.kind() + ": " + waits.reason();
        }
        if (found.isForeign()) {
            return "the row that is there belongs to another source";
        }
        if (found.hasRow()) {
            return there(found, version);
        }
        if (found.live() == null && found.isBuried() && !found.isWanted()) {
            return "the newest change is applied: no row";
        }
        if (found.tombstone() != null && found.tombstone().version().isAfter(version)) {
            return "deleted by something newer than the newest message that was found";
        }
        if (place.nextOffset() <= message.offset()) {
            return "apply is " + (message.offset() + 1 - Math.max(0, place.nextOffset()))
                    + " records before the newest change, at offset " + Math.max(0, place.nextOffset());
        }
        if (found.live() == null && !found.isWanted()) {
            return "no row, as it should be";
        }
        String elsewhere = placesWhereItWaits();
        if (!elsewhere.isEmpty()) {
            return "the row stays as it was for as long as the newest change waits: " + elsewhere;
        }
        return "apply has passed the newest change, and what is there is older: somebody else wrote, or it was dropped;"
                + " `changeover refresh` mends it";
    }

    private static String there(Found found, Version version) {
        if (!version.equals(found.live())) {
            return "the row is newer than the newest message that was found";
        }
        return found.isWanted()
                ? "the newest change is applied"
                : "the newest change is applied, but the mapping of now does not put the row here: `changeover refresh`"
                        + " mends it";
    }

    private String placesWhereItWaits() {
        return places.stream()
                .filter(place -> place.waiting() != null
                        && place.found() != null
                        && place.found().isWaiting())
                .map(Seen::name)
                .collect(Collectors.joining(", "));
    }
}

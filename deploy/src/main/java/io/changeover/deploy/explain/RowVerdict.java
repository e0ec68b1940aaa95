package io.changeover.deploy.explain;

import io.changeover.apply.operation.KeyHistory;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.StoredRows.Found;
import io.changeover.deploy.explain.RowExplainer.Seen;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.List;
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

    private static String verdict(Seen place, Found found, Received message, Version version) {
        if (found.waiting() != null) {
            String which = found.waiting().version().equals(version) ? "the newest change" : "an earlier change";
            return which + " is " + found.waiting().kind() + ": "
                    + found.waiting().reason();
        }
        if (found.live() != null && found.live().source() != 0 && !found.live().sameSource(version)) {
            return "the row that is there belongs to another source";
        }
        if (!found.isNews(version)) {
            return known(place, found, version);
        }
        if (place.nextOffset() <= message.offset()) {
            return "apply is " + (message.offset() + 1 - Math.max(0, place.nextOffset()))
                    + " records before the newest change, at offset " + Math.max(0, place.nextOffset());
        }
        if (!place.isWanted() && found.live() == null) {
            return "no row, as it should be";
        }
        return "apply has passed the newest change, and what is there is older: somebody else wrote, or it was dropped;"
                + " `changeover refresh` mends it";
    }

    private static String known(Seen place, Found found, Version version) {
        if (found.live() != null && found.live().equals(version)) {
            return "the newest change is applied";
        }
        if (found.live() != null) {
            return "the row is newer than the newest message that was found";
        }
        return place.isWanted()
                ? "deleted by something newer than the newest message that was found"
                : "the newest change is applied: no row";
    }
}

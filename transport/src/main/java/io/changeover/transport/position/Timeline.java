package io.changeover.transport.position;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The history of a source as versions see it: which servers wrote captured rows, one after the other. Within a timeline the
 * sequence numbers of captured transactions only grow, so (timeline, sequence) orders every captured transaction.
 * Transactions without captured rows never change it. Immutable.
 *
 * @param eras the servers so far, oldest first; the last one is the present timeline. An era without a server waits for its
 *     first captured row.
 * @param lastCaptured sequence number of the newest captured transaction of the present timeline; 0 before the first
 */
public record Timeline(List<Era> eras, long lastCaptured) {

    /** @param number the timeline's number in versions, growing by any step from era to era */
    public record Era(int number, @Nullable UUID server) {}

    public Timeline {
        eras = List.copyOf(eras);
        if (eras.isEmpty()) {
            throw new IllegalArgumentException("a timeline has at least one era");
        }
    }

    /** The timeline of a source that was never captured. */
    public static Timeline start() {
        return new Timeline(List.of(new Era(1, null)), 0);
    }

    public int number() {
        return present().number();
    }

    public Era present() {
        return eras.get(eras.size() - 1);
    }

    /** Whether {@code gtid} belongs to the server of the present era. */
    public boolean isPresent(Gtid gtid) {
        return gtid.server().equals(present().server());
    }

    /**
     * The timeline with the captured transaction {@code gtid} as its newest.
     *
     * @throws ChangeoverException (15) when the number steps back, or the server was left behind by an earlier failover: an
     *     order of versions cannot be told
     */
    public Timeline admit(Gtid gtid) {
        Era present = present();
        if (present.server() == null) {
            List<Era> bound = new ArrayList<>(eras.subList(0, eras.size() - 1));
            bound.add(new Era(present.number(), gtid.server()));
            return new Timeline(bound, gtid.sequence());
        }
        if (isPresent(gtid)) {
            if (gtid.sequence() <= lastCaptured) {
                throw unsafe(gtid, "its number is not above the last captured one, " + lastCaptured);
            }
            return new Timeline(eras, gtid.sequence());
        }
        if (eras.stream().anyMatch(era -> gtid.server().equals(era.server()))) {
            throw unsafe(gtid, "its server was left by an earlier failover, or several servers write at once");
        }
        List<Era> next = new ArrayList<>(eras);
        next.add(new Era(present.number() + 1, gtid.server()));
        return new Timeline(next, gtid.sequence());
    }

    /** A new era that an operator acknowledged; its server is that of the next captured row, also an earlier one. */
    public Timeline acknowledged() {
        List<Era> next = new ArrayList<>(eras);
        next.add(new Era(number() + 1, null));
        return new Timeline(next, 0);
    }

    private static ChangeoverException unsafe(Gtid gtid, String why) {
        return new ChangeoverException(new Problem(
                ExitCode.UNSAFE_EVENT,
                "GTID " + gtid,
                "captured transaction is out of order: " + why,
                "make sure that one server at a time accepts writes, then: " + CaptureStop.ACKNOWLEDGE));
    }
}

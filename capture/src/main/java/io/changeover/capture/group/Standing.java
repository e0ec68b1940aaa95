package io.changeover.capture.group;

import io.changeover.transport.problem.ChangeoverException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where an instance stands in its group, until {@link #next()}. Thread-safe. */
public final class Standing {

    /** In the group, or on the way. */
    public enum Role {
        /** Not in the group yet, or not any more. */
        JOINING,
        /** Another instance leads. */
        STANDBY,
        /** This instance leads. */
        LEADER,
        /** It led and the group gave it up, unheard for longer than the session time-out; it is joining again. */
        LOST
    }

    private final Role role;
    private final @Nullable ChangeoverException problem;
    private final CompletableFuture<Standing> next = new CompletableFuture<>();

    private Standing(Role role, @Nullable ChangeoverException problem) {
        this.role = role;
        this.problem = problem;
    }

    /** Where an instance stands that is about to join. */
    public static Standing first() {
        return new Standing(Role.JOINING, null);
    }

    /** Ends this standing; the one that follows it. */
    public Standing become(Role role) {
        return follow(new Standing(role, null));
    }

    /** Ends this standing: the same role, with what keeps the instance from knowing its place. */
    public Standing hindered(ChangeoverException problem) {
        return follow(new Standing(role, problem));
    }

    private Standing follow(Standing following) {
        next.complete(following);
        return following;
    }

    public Role role() {
        return role;
    }

    /** What keeps the instance from its place in the group, or from knowing it; null when nothing does. */
    public @Nullable ChangeoverException problem() {
        return problem;
    }

    /** Completes with the following standing. Whoever asks after a while may have to ask that one for the next, too. */
    public CompletableFuture<Standing> next() {
        return next;
    }

    /** Whether it stands elsewhere by now. */
    public boolean isOver() {
        return next.isDone();
    }
}

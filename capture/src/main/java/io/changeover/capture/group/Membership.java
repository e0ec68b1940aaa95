package io.changeover.capture.group;

/** The place of this instance among those that capture the same source. Only who leads may begin a run. */
public interface Membership extends AutoCloseable {

    /** Joins the group. Where this instance stands then; follow it by {@link Standing#next()}. Once. */
    Standing join();

    /** Leaves the group at once, so that nobody waits for this instance. To be called when its run has ended. */
    @Override
    void close();
}

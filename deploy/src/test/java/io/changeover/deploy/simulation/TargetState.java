package io.changeover.deploy.simulation;

import io.changeover.apply.guard.Deferred;
import io.changeover.transport.event.Version;
import java.util.HashMap;
import java.util.Map;

/** The committed state of the target server: the new table, and what stands beside it. */
final class TargetState {

    record Live(Image image, Version version) {}

    /** A row of the new table as one source knows it. */
    record Known(String identity, int source) {}

    record Progress(long next, long epoch, long counter) {}

    final Map<String, Live> live;
    final Map<Known, Version> tombstones;
    final Map<Known, Deferred<Image>> deferred;
    final Map<String, Progress> progress;

    TargetState() {
        this(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    private TargetState(
            Map<String, Live> live,
            Map<Known, Version> tombstones,
            Map<Known, Deferred<Image>> deferred,
            Map<String, Progress> progress) {
        this.live = live;
        this.tombstones = tombstones;
        this.deferred = deferred;
        this.progress = progress;
    }

    TargetState copy() {
        return new TargetState(
                new HashMap<>(live), new HashMap<>(tombstones), new HashMap<>(deferred), new HashMap<>(progress));
    }

    boolean sameRows(TargetState other) {
        return live.equals(other.live) && tombstones.equals(other.tombstones) && deferred.equals(other.deferred);
    }
}

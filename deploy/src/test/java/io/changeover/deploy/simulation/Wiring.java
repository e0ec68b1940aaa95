package io.changeover.deploy.simulation;

import io.changeover.apply.guard.HeldRows.Shelf;
import io.changeover.capture.publish.PublishLog;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;

/** How the decision classes are joined to their surroundings: right here, wrong where a test plants a bug. */
class Wiring {

    PublishLog log(PublishLog log, FakeTopics topics) {
        return log;
    }

    Shelf<Image> target(FakeTransaction transaction) {
        return transaction;
    }

    /** Whether a crash takes back all that its transaction did. */
    boolean rollsBackProgress() {
        return true;
    }

    /** Whether the publisher is told that the stream begins anew. */
    boolean tellsReread() {
        return true;
    }

    GtidSet readUpTo(FakeSource source) {
        return source.executedOrOwned();
    }

    /** Whether a reader waits until its server has executed what is published. */
    boolean waitsForPublished() {
        return true;
    }

    /** Where a source begins anew after a stop that an operator acknowledged. */
    SourcePosition acknowledged(SourcePosition position, GtidSet executed) {
        return position.acknowledged(executed);
    }

    /** Whether rows that are held are tried again. */
    boolean retriesHeld() {
        return true;
    }
}

package io.changeover.capture.backfill;

import io.changeover.capture.publish.Mark;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;

/** A signal that cannot be answered, whatever is tried: what it asks for does not fit the table. */
final class RefusedSignal extends Exception {

    RefusedSignal(String reason) {
        super(reason);
    }

    /** Tells who has sent it. */
    Mark mark(Signal signal) {
        SignalAck ack = SignalAck.refused(signal.id(), String.valueOf(getMessage()));
        return new Mark(ack.key(), ack.encode());
    }
}

package io.changeover.capture.backfill;

/** A signal that cannot be answered, whatever is tried: its keys or its condition do not fit the table. */
final class RefusedSignal extends Exception {

    RefusedSignal(String reason) {
        super(reason);
    }
}

package io.changeover.apply.guard;

/** What a batch did, in row changes; {@code stale} includes the ones that a newer change of the same batch overtook. */
public record ApplyResult(int written, int deleted, int stale, int held, int parked) {

    public static final ApplyResult NOTHING = new ApplyResult(0, 0, 0, 0, 0);
}

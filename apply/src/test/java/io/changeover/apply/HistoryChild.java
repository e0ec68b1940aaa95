package io.changeover.apply;

import io.changeover.apply.stream.GateWatch.Phase;

/** Apply of a {@link NewOrders} in a process of its own, to be killed. */
public final class HistoryChild {

    private HistoryChild() {}

    /** Arguments: shape, bootstrap servers, ports of both targets, pipeline, schema. */
    public static void main(String[] arguments) throws Exception {
        try (Apply apply = new Apply(
                NewOrders.Shape.valueOf(arguments[0])
                        .pipeline(
                                arguments[1],
                                Integer.parseInt(arguments[2]),
                                Integer.parseInt(arguments[3]),
                                arguments[4],
                                arguments[5]),
                phase -> {
                    if (phase == Phase.AFTER_WRITE) {
                        System.out.println("wrote");
                    }
                })) {
            apply.start();
            apply.stopped().get();
        }
    }
}

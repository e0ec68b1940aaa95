package io.changeover.apply;

import io.changeover.apply.stream.GateWatch.Phase;
import io.changeover.transport.definition.PipelineDefinition;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Apply in a process of its own, which halts when a commit gets to a phase for the n-th time. */
public final class ApplyChild {

    private ApplyChild() {}

    /** Arguments: bootstrap servers, port of the target, pipeline, schema, table, phase or {@code never}, n. */
    public static void main(String[] arguments) throws Exception {
        PipelineDefinition pipeline = ApplyFixture.pipeline(
                arguments[0],
                Integer.parseInt(arguments[1]),
                arguments[2],
                List.of(ApplyFixture.copying(arguments[3], arguments[4])));
        AtomicInteger left = new AtomicInteger(Integer.parseInt(arguments[6]));
        try (Apply apply = new Apply(pipeline, phase -> {
            if (arguments[5].equals(phase.name()) && left.decrementAndGet() == 0) {
                System.out.println("halts at " + phase);
                Runtime.getRuntime().halt(137);
            }
            if (phase == Phase.AFTER_WRITE) {
                System.out.println("wrote");
            }
        })) {
            apply.start();
            apply.stopped().get();
        }
    }
}

package io.changeover.deploy.simulation;

import io.changeover.deploy.simulation.FakeTopics.Outcome;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One run by its seed: random steps, each followed by the invariants it touches, then a drain and the final judgement. */
final class SimulationRun {

    private enum Step {
        WRITE(12),
        UNCAPTURED(2),
        ALTER(1),
        CASCADE(1),
        FAIL_OVER(1),
        SERVER(14),
        STREAM(14),
        FLUSH(6),
        BACKFILL(4),
        REFRESH(3),
        READER(14),
        CRASH_CAPTURE(2),
        BEGIN_ANEW(1),
        BREAK_STREAM(2),
        ZOMBIE_CAPTURE(4),
        APPEND_FAILS(2),
        ASSIGN(4),
        FETCH(9),
        APPLY(9),
        CRASH_APPLY(2),
        RETRY_HELD(3),
        REPLAY(1),
        SEND_AGAIN(1);

        private final int weight;

        Step(int weight) {
            this.weight = weight;
        }
    }

    private static final Step[] STEPS = Step.values();

    private final Random random;
    private final World world;
    private final int steps;
    private final int[] weights = new int[STEPS.length];
    private int sum;
    private final List<String> trace = new ArrayList<>();
    private final boolean traced;

    private SimulationRun(long seed, int most, Wiring wiring, boolean traced) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        steps = Math.min(most, 60 + random.nextInt(100));
        this.traced = traced;
        for (int i = 0; i < STEPS.length; i++) {
            // every seed has its own mix: some have no replays, some have many
            weights[i] = STEPS[i].weight * random.nextInt(4);
            sum += weights[i];
        }
        world = new World(random, wiring, random.nextInt(5));
    }

    /** Runs a seed; an error says how to see it again, and the shortest prefix of steps that shows it. */
    static void run(long seed, Wiring wiring) {
        if (violation(seed, Integer.MAX_VALUE, wiring, null) == null) {
            return;
        }
        for (int most = 0; ; most++) {
            List<String> trace = new ArrayList<>();
            Violation violation = violation(seed, most, wiring, trace);
            if (violation != null) {
                throw new AssertionError(
                        violation.getMessage() + "\nseed " + seed + " (-Dseed=" + seed + "), shortest failing prefix "
                                + trace,
                        violation);
            }
        }
    }

    static Violation violation(long seed, int most, Wiring wiring, List<String> trace) {
        SimulationRun run = new SimulationRun(seed, most, wiring, trace != null);
        try {
            for (int i = 0; i < run.steps; i++) {
                run.step();
            }
            new Drain(run.world).run();
            return null;
        } catch (Violation e) {
            return e;
        } catch (RuntimeException e) {
            return new Violation(e);
        } finally {
            if (trace != null) {
                trace.addAll(run.trace);
            }
        }
    }

    private Step choose() {
        int at = random.nextInt(sum);
        for (int i = 0; ; i++) {
            at -= weights[i];
            if (at < 0) {
                return STEPS[i];
            }
        }
    }

    private void step() {
        Step step = choose();
        if (traced) {
            trace.add(step.toString());
        }
        switch (step) {
            case WRITE -> world.write(world.writer::transaction);
            case UNCAPTURED -> world.write(world.writer::uncaptured);
            case ALTER -> {
                TableName table = table();
                if (!world.source.altered(table, world.source.history.size())) {
                    world.write(() -> world.writer.alter(table));
                }
            }
            case CASCADE -> world.cascade();
            case FAIL_OVER -> world.failOver();
            case SERVER -> {
                if (random.nextBoolean()) {
                    world.source.step();
                } else {
                    world.source.showNext();
                }
            }
            case STREAM -> world.capturing(() -> world.capture.stream(1 + random.nextInt(6)));
            case FLUSH -> world.capturing(world.capture.publisher::flush);
            case BACKFILL -> world.capturing(world::backfill);
            case REFRESH -> {
                TableName table = table();
                List<String> keys = table.equals(Image.A) ? List.of("k0", "K1", "x") : List.of("1", "x");
                world.capturing(() -> world.refresh(table, keys));
            }
            case READER -> world.capturing(() -> world.stepReader(world.capture.anyReader(random)));
            case BEGIN_ANEW -> world.beginAnew();
            case CRASH_CAPTURE -> world.crashCapture(random.nextBoolean());
            case BREAK_STREAM -> world.capture.seek(random.nextInt(3));
            case ZOMBIE_CAPTURE -> world.zombieCaptures();
            case APPEND_FAILS -> world.topics.next = random.nextBoolean() ? Outcome.LOST : Outcome.DONE_UNKNOWN;
            case ASSIGN -> assign();
            case FETCH -> fetch();
            case APPLY -> apply(false);
            case CRASH_APPLY -> apply(true);
            case RETRY_HELD -> {
                if (world.wiring.retriesHeld()) {
                    world.target.retryHeld(random.nextInt(4) == 0);
                }
            }
            case REPLAY -> world.replay(table(), random.nextInt(2));
            case SEND_AGAIN -> world.topics.sendAgain(table(), random.nextInt(2), 1 + random.nextInt(6));
        }
    }

    private TableName table() {
        return Image.TABLES.get(random.nextInt(4) == 0 ? 1 : 0);
    }

    private void assign() {
        int kind = random.nextInt(3);
        if (kind == 2) {
            world.assign(table(), 0, 1);
        } else {
            world.assign(table(), kind);
        }
    }

    private FakeApplier applier() {
        return world.appliers.isEmpty() ? null : world.appliers.get(random.nextInt(world.appliers.size()));
    }

    private void fetch() {
        FakeApplier applier = applier();
        if (applier == null) {
            assign();
        } else {
            applier.fetch(1 + random.nextInt(6));
        }
    }

    private void apply(boolean crash) {
        FakeApplier applier = applier();
        if (applier != null) {
            world.apply(applier, crash);
        }
    }
}

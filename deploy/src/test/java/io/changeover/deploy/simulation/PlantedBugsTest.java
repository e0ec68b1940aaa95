package io.changeover.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.Refusal;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Stored;
import io.changeover.apply.guard.Tombstone;
import io.changeover.apply.guard.Write;
import io.changeover.capture.publish.PublishBatch;
import io.changeover.capture.publish.PublishLog;
import io.changeover.deploy.simulation.TargetState.Live;
import io.changeover.deploy.simulation.TargetState.Progress;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every invariant catches a bug that is planted beside the decision classes; a check that never fails proves nothing. */
@Tag("simulation")
class PlantedBugsTest {

    private static final int SEEDS = 3_000;

    @Test
    void positionThatIsDropped_breaksKeyOrderInTheTopic() {
        assertCaught(Invariant.KeyOrder, new Wiring() {
            @Override
            PublishLog log(PublishLog log, FakeTopics topics) {
                return batch -> {
                    SourcePosition before = topics.position;
                    SourcePosition reached = log.append(batch);
                    topics.position = before;
                    return reached;
                };
            }
        });
    }

    @Test
    void readerThatTrustsGtidExecutedAlone_breaksKeyOrderInTheTopic() {
        assertCaught(Invariant.KeyOrder, new Wiring() {
            @Override
            GtidSet readUpTo(FakeSource source) {
                return source.gtidExecuted;
            }
        });
    }

    @Test
    void readerThatDoesNotWaitForWhatIsPublished_breaksKeyOrderInTheTopic() {
        assertCaught(Invariant.KeyOrder, new Wiring() {
            @Override
            boolean waitsForPublished() {
                return false;
            }
        });
    }

    @Test
    void targetThatForgetsVersionsOfRows_breaksKeyOrderInTheTarget() {
        assertCaught(Invariant.KeyOrder, new FaultyTarget() {
            @Override
            public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
                Map<RowKey, Stored> stored = new HashMap<>(super.stored(keys, source));
                stored.replaceAll(
                        (key, known) -> known.live() == null || known.live().source() != source
                                ? known
                                : new Stored(Version.NONE, known.tombstone(), known.deferred()));
                return stored;
            }
        });
    }

    @Test
    void sourceThatBeginsAnewInItsFirstEra_breaksKeyOrderInTheTopic() {
        assertCaught(Invariant.KeyOrder, new Wiring() {
            @Override
            SourcePosition acknowledged(SourcePosition position, GtidSet executed) {
                return SourcePosition.startingAt(executed, executed);
            }
        });
    }

    @Test
    void logThatLosesARow_breaksProgressBehindData() {
        assertCaught(Invariant.ProgressBehindData, new Wiring() {
            @Override
            PublishLog log(PublishLog log, FakeTopics topics) {
                return batch -> {
                    List<ChangeEvent> changes = new ArrayList<>(batch.changes());
                    for (int i = changes.size() - 1; i >= 0; i--) {
                        if (changes.get(i).provenance().origin() == Origin.STREAM) {
                            changes.remove(i);
                            break;
                        }
                    }
                    return log.append(new PublishBatch(changes, batch.ddl(), batch.marks(), batch.position()));
                };
            }
        });
    }

    @Test
    void progressOutsideOfTheTransaction_breaksNoGap() {
        assertCaught(Invariant.NoGap, new Wiring() {
            @Override
            boolean rollsBackProgress() {
                return false;
            }
        });
    }

    @Test
    void imagesThatCountTheirDeliveries_breakReplayHarmless() {
        assertCaught(Invariant.ReplayHarmless, new FaultyTarget() {
            private int deliveries;

            @Override
            public void defer(Collection<Deferred<Image>> deferred) {
                super.defer(deferred.stream()
                        .map(waits -> new Deferred<>(waits.change(), waits.kind(), "delivered " + ++deliveries))
                        .toList());
            }
        });
    }

    @Test
    void forgottenTombstones_breakNoResurrection() {
        assertCaught(Invariant.NoResurrection, new FaultyTarget() {
            @Override
            public void bury(Collection<Tombstone> tombstones) {}
        });
    }

    @Test
    void streamThatBeginsAnewUnannounced_breaksVersionsAreStable() {
        assertCaught(Invariant.VersionsAreStable, new Wiring() {
            @Override
            boolean tellsReread() {
                return false;
            }
        });
    }

    @Test
    void targetThatTakesForeignRowsForItsOwn_breaksForeignRowsUntouched() {
        assertCaught(Invariant.ForeignRowsUntouched, new FaultyTarget() {
            @Override
            public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
                Map<RowKey, Stored> stored = new HashMap<>(super.stored(keys, source));
                stored.replaceAll(
                        (key, known) -> known.live() == null || known.live().source() == source
                                ? known
                                : new Stored(Version.NONE, known.tombstone(), known.deferred()));
                return stored;
            }
        });
    }

    @Test
    void targetThatIgnoresTheCompareAndSet_breaksOneOwner() {
        assertCaught(Invariant.OneOwner, new FaultyTarget() {
            @Override
            public boolean advance(ProgressStep step) {
                state().progress.put(step.topic() + "-" + step.partition(), new Progress(step.to(), step.epoch(), 0));
                return true;
            }
        });
    }

    @Test
    void guardThatRefusesEqualVersions_breaksDrainMeansEqual() {
        assertCaught(Invariant.DrainMeansEqual, new FaultyTarget() {
            @Override
            public List<Refusal<Image>> write(List<Write<Image>> writes) {
                List<Write<Image>> newer = new ArrayList<>(writes);
                newer.removeIf(write -> {
                    Live live = state().live.get(write.change().key().identity());
                    return live != null && live.version().equals(write.change().version());
                });
                return super.write(newer);
            }
        });
    }

    @Test
    void heldRowsThatAreNeverRetried_breakDrainMeansEqual() {
        assertCaught(Invariant.DrainMeansEqual, new Wiring() {
            @Override
            boolean retriesHeld() {
                return false;
            }
        });
    }

    private static void assertCaught(Invariant invariant, Wiring bug) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Violation violation = SimulationRun.violation(seed, Integer.MAX_VALUE, bug, null);
            if (violation != null) {
                assertThat(violation.invariant())
                        .as("first violation, at seed %d: %s", seed, violation.getMessage())
                        .isEqualTo(invariant);
                return;
            }
        }
        throw new AssertionError("nobody noticed within " + SEEDS + " seeds");
    }
}

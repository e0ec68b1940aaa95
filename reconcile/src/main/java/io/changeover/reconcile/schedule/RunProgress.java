package io.changeover.reconcile.schedule;

import io.changeover.reconcile.CompareProgress;
import io.changeover.transport.definition.TableDefinition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How far the comparison is that runs now. Told chunk by chunk, asked by anyone: thread-safe. */
final class RunProgress implements CompareProgress, MeterBinder {

    private record At(String table, long rows, long estimate) {}

    private final List<TableDefinition> tables;
    private volatile @Nullable At at;

    RunProgress(List<TableDefinition> tables) {
        this.tables = tables;
    }

    @Override
    public void advanced(String table, long rows, long estimate) {
        at = new At(table, rows, estimate);
    }

    /** Nothing is compared for the moment. */
    void over() {
        at = null;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (TableDefinition table : tables) {
            String label = table.label();
            gauge(
                    registry,
                    label,
                    "read",
                    "Rows of both sides that the comparison that runs here has read; 0 while none of the table does",
                    At::rows);
            gauge(registry, label, "estimated", "How many that will be, as the server guesses", At::estimate);
        }
    }

    private void gauge(
            MeterRegistry registry, String label, String name, String description, ToDoubleFunction<At> value) {
        Gauge.builder("changeover.reconcile.progress." + name, this, of -> {
                    At now = of.at;
                    return now == null || !now.table().equals(label) ? 0 : value.applyAsDouble(now);
                })
                .tag("table", label)
                .description(description)
                .baseUnit("rows")
                .register(registry);
    }
}

package io.changeover.capture.engine;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Those of the engine's own numbers that say something here, under the names by which its users know them. It keeps them in a
 * bean of each run, anyway; what is counted of records there stays 0, because none pass through it.
 *
 * @param name how the names of the source's engines begin
 */
public record EngineBeans(String name, Tags tags) implements MeterBinder {

    private static final Map<String, String> ATTRIBUTES = new TreeMap<>(Map.of(
            "Connected", "1 while the engine is connected to the binlog",
            "MilliSecondsBehindSource",
                    "How old the newest event was when it was read, by clocks that may differ; 0 after a heartbeat",
            "MilliSecondsSinceLastEvent", "Time since the last event of any kind, heartbeats among them",
            "NumberOfDisconnects", "Times that the run lost its connection",
            "TotalNumberOfEventsSeen", "Events of the binlog in this run, of tables that nobody captures, too"));

    @Override
    public void bindTo(MeterRegistry registry) {
        ATTRIBUTES.forEach(
                (attribute, meaning) -> Gauge.builder("debezium.metrics." + attribute, this, of -> of.value(attribute))
                        .tags(tags.and("context", "streaming"))
                        .description("Debezium's: " + meaning)
                        .strongReference(true)
                        .register(registry));
    }

    /** Of the engine that runs now; NaN: none does. */
    private double value(String attribute) {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            // of runs, whose names end with a UUID; there may be a rehearsal beside them
            ObjectName ours = new ObjectName(
                    "debezium.mysql:type=connector-metrics,context=streaming,server=" + name + ".????????-*");
            for (ObjectName bean : beans.queryNames(ours, null)) {
                Object value = beans.getAttribute(bean, attribute);
                if (value instanceof Boolean yes) {
                    return yes ? 1 : 0;
                }
                return ((Number) value).doubleValue();
            }
            return Double.NaN;
        } catch (JMException | RuntimeException e) { // its engine ends just now
            return Double.NaN;
        }
    }
}

package io.changeover.deploy.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The end of a limit's main class: watches what the others of its threads count and prints the measurement, which the parent
 * takes from the log.
 */
final class LimitMeter {

    static final String MEASURED = "MEASURED ";

    private static final int STEP_MILLIS = 20;

    private LimitMeter() {}

    /**
     * Returns the measurement when {@code rows} has come to {@code expected}.
     *
     * @param others processes that take part, as {@code name=pid,...}
     */
    static void awaitAndPrint(AtomicLong rows, long expected, String others)
            throws InterruptedException, JsonProcessingException {
        Map<String, Long> pids = new LinkedHashMap<>();
        pids.put("client", ProcessHandle.current().pid());
        for (String other : others.split(",", -1)) {
            String[] pair = other.split("=", -1);
            pids.put(pair[0], Long.parseLong(pair[1]));
        }
        Meter<Long> meter = new Meter<>(pids);
        long now = rows.get();
        meter.note(now);
        while (now < expected) {
            Thread.sleep(STEP_MILLIS);
            now = rows.get();
            meter.note(now);
        }
        System.out.println(MEASURED + new ObjectMapper().writeValueAsString(meter.measure(count -> count)));
    }
}

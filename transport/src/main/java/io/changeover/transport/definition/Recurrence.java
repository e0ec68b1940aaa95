package io.changeover.transport.definition;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** When something is done again. */
public sealed interface Recurrence {

    /** When it is due, having begun then the last time. */
    Instant after(Instant last);

    /** So long after it began. */
    record Every(Duration time) implements Recurrence {

        public Every {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("not positive: " + time);
            }
        }

        @Override
        public Instant after(Instant last) {
            return last.plus(time);
        }
    }

    /**
     * At times of day, in UTC.
     *
     * @param expression minute, hour, day of month, month, day of week
     */
    record Cron(String expression) implements Recurrence {

        /** @throws IllegalArgumentException when it is none, or its time never comes */
        public Cron {
            if (next(expression, Instant.EPOCH).isEmpty()) {
                throw new IllegalArgumentException("never comes: " + expression);
            }
        }

        @Override
        public Instant after(Instant last) {
            return next(expression, last).orElse(Instant.MAX);
        }

        private static Optional<Instant> next(String expression, Instant last) {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            return ExecutionTime.forCron(parser.parse(expression))
                    .nextExecution(last.atZone(ZoneOffset.UTC))
                    .map(time -> time.toInstant());
        }
    }
}

package io.changeover.capture.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerVariablesTest {

    private static @Nullable Duration retention(Map<String, String> values) {
        return new ServerVariables(values).binlogRetention();
    }

    @Test
    void retention_isInSecondsWhereTheServerHasThem_elseInDays() {
        assertThat(retention(Map.of("binlog_expire_logs_seconds", "2592000", "expire_logs_days", "0")))
                .isEqualTo(Duration.ofDays(30));
        assertThat(retention(Map.of("expire_logs_days", "7"))).as("5.7").isEqualTo(Duration.ofDays(7));
        assertThat(retention(Map.of("binlog_expire_logs_seconds", "0", "expire_logs_days", "3")))
                .as("8.0, set by its old name")
                .isEqualTo(Duration.ofDays(3));
    }

    @Test
    void whatIsNeverDeletedByItself_hasNoRetention() {
        assertThat(retention(Map.of("binlog_expire_logs_seconds", "0"))).isNull();
        assertThat(retention(Map.of("expire_logs_days", "0"))).isNull();
        assertThat(retention(Map.of("binlog_expire_logs_seconds", "2592000", "binlog_expire_logs_auto_purge", "OFF")))
                .isNull();
        assertThat(retention(Map.of())).as("not known").isNull();
    }
}

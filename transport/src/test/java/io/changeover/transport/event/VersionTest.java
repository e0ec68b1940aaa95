package io.changeover.transport.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VersionTest {

    @Test
    void text_isTheBytesAndComesBack() {
        Version version = new Version(7, 2, 123_456_789_012L, 5);
        assertThat(version.toString()).hasSize(32).isEqualTo("000700020000001cbe991a1400000005");
        assertThat(Version.parse(version.toString())).isEqualTo(version);
        assertThat(Version.fromBytes(version.toBytes())).isEqualTo(version);
    }

    @Test
    void wholeTransaction_isAfterEveryRowOfItAndBeforeTheNext() {
        Version read = new Version(1, 1, 10, Version.WHOLE_TRANSACTION);
        assertThat(read.isAfter(new Version(1, 1, 10, Integer.MAX_VALUE))).isTrue();
        assertThat(new Version(1, 1, 11, 0).isAfter(read)).isTrue();
        assertThat(new Version(1, 2, 0, 0).isAfter(read)).isTrue();
    }

    @Test
    void versionsOfDifferentSources_areNotCompared() {
        assertThatThrownBy(() -> new Version(1, 1, 1, 0).isAfter(new Version(2, 1, 1, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package io.changeover.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.definition.HttpSettings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class HttpOptionTest {

    private static final HttpSettings FILE = new HttpSettings("10.0.0.1", Optional.of(8470));

    @Test
    void withoutIt_theFileHolds() {
        assertThat(HttpOption.settings(null, FILE)).isEqualTo(FILE);
    }

    @Test
    void whatIsNotSaid_isTheFiles() {
        assertThat(settings("0")).isEqualTo(new HttpSettings("10.0.0.1", Optional.of(0)));
        assertThat(settings("localhost:81")).isEqualTo(new HttpSettings("localhost", Optional.of(81)));
        assertThat(settings("[::1]:81")).isEqualTo(new HttpSettings("[::1]", Optional.of(81)));
        assertThat(settings("off").port()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "on", "65536", "localhost", "localhost:", ":80", "::1:80", "http://x:80", "-1"})
    void anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> settings(text)).isInstanceOf(TypeConversionException.class);
    }

    private static HttpSettings settings(String text) {
        return HttpOption.settings(new HttpOption.Converter().convert(text), FILE);
    }
}

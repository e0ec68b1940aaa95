package io.changeover.transport.definition;

import java.util.Optional;

/**
 * Where the processes of a pipeline answer HTTP.
 *
 * @param host name or address that they listen at
 * @param port empty: they do not
 */
public record HttpSettings(String host, Optional<Integer> port) {

    public static final HttpSettings OFF = new HttpSettings("127.0.0.1", Optional.empty());
}

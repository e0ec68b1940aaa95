package io.changeover.transport.definition;

import org.jspecify.annotations.Nullable;

/**
 * How to reach and enter a MySQL server.
 *
 * @param tlsCa path of a PEM file with the certificates to trust; null: those that the JVM trusts
 */
public record ServerAccess(
        String host,
        int port,
        String user,
        Secret password,
        TlsMode tls,
        @Nullable String tlsCa) {

    public ServerAccess {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port is not in 1..65535: " + port);
        }
        if (user.isBlank()) {
            throw new IllegalArgumentException("user is empty");
        }
        if (tlsCa != null && !tls.verifies()) {
            throw new IllegalArgumentException("tlsCa would not be looked at with tls: " + tls);
        }
    }

    /** As it is named in messages: {@code host:port}. */
    public String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

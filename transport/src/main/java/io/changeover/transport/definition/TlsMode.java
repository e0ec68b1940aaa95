package io.changeover.transport.definition;

import java.util.Locale;

/** How a connection to a MySQL server is protected; the names are MySQL's own ({@code --ssl-mode}). */
public enum TlsMode {
    /** Encrypted; the certificate is trusted and was issued for the host's name. */
    VERIFY_IDENTITY,
    /** Encrypted; the certificate is trusted, whatever name it bears. */
    VERIFY_CA,
    /** Encrypted; any certificate. */
    REQUIRED,
    /** Plain text. */
    DISABLED;

    /** Whether the server's certificate is looked at. */
    public boolean verifies() {
        return this == VERIFY_IDENTITY || this == VERIFY_CA;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

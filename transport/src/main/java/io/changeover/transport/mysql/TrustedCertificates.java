package io.changeover.transport.mysql;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Certificates to trust, from a PEM file. Connector/J reads key stores only, so they are copied into one, in a temporary
 * file that goes with the JVM. They are public: its password guards nothing.
 *
 * @param store a PKCS12 file
 */
public record TrustedCertificates(Path store) {

    public static final String PASSWORD = "public";

    /** By the name of the file: each one makes a file of its own, and servers are looked at again and again. */
    private static final Map<String, Read> READ = new ConcurrentHashMap<>();

    private record Read(FileTime written, TrustedCertificates certificates) {}

    /** @throws ChangeoverException (10) when the file cannot be read or holds no certificate */
    public static TrustedCertificates fromPem(String file) {
        try {
            FileTime written = Files.getLastModifiedTime(Path.of(file));
            Read before = READ.get(file);
            if (before != null && before.written().equals(written)) {
                return before.certificates();
            }
            TrustedCertificates read = read(file);
            READ.put(file, new Read(written, read));
            return read;
        } catch (IOException e) {
            throw unusable(file, "the file cannot be used: " + e, e);
        }
    }

    private static TrustedCertificates read(String file) {
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw unusable(file, "the file holds no certificate", null);
            }
            return new TrustedCertificates(write(certificates));
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, "the file cannot be used: " + e, e);
        }
    }

    private static Path write(Collection<? extends Certificate> certificates)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates) {
            keys.setCertificateEntry("ca-" + number++, certificate);
        }
        Path store = Files.createTempFile("changeover-ca", ".p12");
        store.toFile().deleteOnExit();
        try (OutputStream out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    Map<String, String> driverProperties() {
        return Map.of(
                "trustCertificateKeyStoreUrl",
                store.toUri().toString(),
                "trustCertificateKeyStoreType",
                "PKCS12",
                "trustCertificateKeyStorePassword",
                PASSWORD,
                // the file replaces what the JVM trusts
                "fallbackToSystemTrustStore",
                "false");
    }

    private static ChangeoverException unusable(String file, String why, @Nullable Throwable cause) {
        return new ChangeoverException(
                new Problem(
                        ExitCode.CONFIG,
                        file,
                        "trusted certificates: " + why,
                        "name a PEM file with the certificate of the authority that signed the server's"),
                cause);
    }
}

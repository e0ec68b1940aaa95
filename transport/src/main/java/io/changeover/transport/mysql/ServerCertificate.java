package io.changeover.transport.mysql;

import io.changeover.transport.definition.ServerAccess;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What a server shows when TLS begins. The driver refuses a certificate without saying which; so it is looked at once more, for
 * people: nothing is sent to the server but the wish for TLS, and the connection ends with the look.
 */
final class ServerCertificate implements X509TrustManager {

    private static final int PROTOCOL_41 = 0x200;
    private static final int TLS = 0x800;
    private static final int SECURE_CONNECTION = 0x8000;
    private static final int REQUEST_LENGTH = 32;
    private static final int UTF8MB4 = 45;

    private @Nullable X509Certificate shown;

    private ServerCertificate() {}

    /** The failure itself, unless it is about the server's certificate: then one that says what is wrong with which. */
    static SQLException explained(SQLException failure, ServerAccess access, Duration timeout) {
        CertificateException refused = null;
        Throwable root = failure;
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException found && refused == null) {
                refused = found;
            }
            root = cause;
        }
        if (refused == null) {
            return failure;
        }
        String text = "its certificate is refused with tls: " + access.tls() + " (" + root.getMessage() + "); "
                + look(access, timeout) + "; trusted are "
                + (access.tlsCa() == null ? "the authorities of the JVM: is `tlsCa` missing?" : access.tlsCa());
        return new SQLNonTransientConnectionException(text, failure.getSQLState(), refused);
    }

    private static String look(ServerAccess access, Duration timeout) {
        ServerCertificate certificate = new ServerCertificate();
        try {
            certificate.handshake(access, timeout);
        } catch (IOException | GeneralSecurityException e) {
            // refused by us, as always; what counts is what was shown
        }
        return certificate.text();
    }

    private void handshake(ServerAccess access, Duration timeout) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {this}, null);
        try (Socket socket = new Socket()) {
            int millis = (int) timeout.toMillis();
            socket.connect(new InetSocketAddress(access.host(), access.port()), millis);
            socket.setSoTimeout(millis);
            greet(socket);
            try (SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, access.host(), access.port(), true)) {
                tls.startHandshake();
            }
        }
    }

    /** Reads the server's greeting, and asks for TLS in the place of an answer. */
    private static void greet(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
        in.skipNBytes(1L + length);
        byte[] request = new byte[4 + REQUEST_LENGTH];
        request[0] = REQUEST_LENGTH;
        request[3] = 1; // the second packet of the exchange
        int wanted = PROTOCOL_41 | TLS | SECURE_CONNECTION;
        request[4] = (byte) wanted;
        request[5] = (byte) (wanted >> 8);
        request[11] = 1; // 16 MB packets
        request[12] = UTF8MB4;
        socket.getOutputStream().write(request);
    }

    private String text() {
        X509Certificate certificate = shown;
        if (certificate == null) {
            return "it shows none on a second look";
        }
        return "it shows subject " + certificate.getSubjectX500Principal() + names(certificate) + ", issued by "
                + certificate.getIssuerX500Principal() + ", valid from "
                + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
    }

    private static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? " (no other names)"
                    : " (for " + names.stream().map(name -> name.get(1)).toList() + ")";
        } catch (CertificateParsingException e) {
            return "";
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        shown = chain.length == 0 ? null : chain[0];
        throw new CertificateException("only looked at");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

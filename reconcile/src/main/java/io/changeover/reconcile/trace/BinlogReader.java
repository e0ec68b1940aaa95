package io.changeover.reconcile.trace;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer.CompatibilityMode;
import com.github.shyiko.mysql.binlog.network.DefaultSSLSocketFactory;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.mysql.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Has binlogs of a server sent, one at a time and up to where they end now. Needs the privilege REPLICATION SLAVE. */
record BinlogReader(ServerAccess server) {

    private static final Duration GRACE = Duration.ofSeconds(5);

    /** False when the time was over first: then what the pass has found may not be the last. */
    boolean read(BinlogPass pass, Duration limit) throws IOException, InterruptedException {
        BinaryLogClient client = client();
        FutureTask<Boolean> reading = new FutureTask<>(() -> {
            pass.read(client);
            return true;
        });
        Thread thread = new Thread(reading, "reconcile binlog");
        thread.setDaemon(true);
        thread.start();
        try {
            return reading.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
        } finally {
            if (thread.isAlive()) {
                client.disconnect();
                thread.join(GRACE.toMillis());
            }
        }
    }

    private BinaryLogClient client() throws IOException {
        BinaryLogClient client = new BinaryLogClient(
                server.host(), server.port(), server.user(), server.password().reveal());
        client.setBlocking(false); // ends where the binlog does, and is no replica to the server
        client.setKeepAlive(false);
        client.setConnectTimeout(GRACE.toMillis());
        EventDeserializer deserializer = new EventDeserializer();
        deserializer.setCompatibilityMode(
                CompatibilityMode.CHAR_AND_BINARY_AS_BYTE_ARRAY, CompatibilityMode.DATE_AND_TIME_AS_LONG_MICRO);
        client.setEventDeserializer(deserializer);
        client.setSSLMode(
                switch (server.tls()) {
                    case VERIFY_IDENTITY -> SSLMode.VERIFY_IDENTITY;
                    case VERIFY_CA -> SSLMode.VERIFY_CA;
                    case REQUIRED -> SSLMode.REQUIRED;
                    case DISABLED -> SSLMode.DISABLED;
                });
        if (server.tlsCa() != null) {
            client.setSslSocketFactory(new Trusting(TrustedCertificates.fromPem(server.tlsCa())));
        }
        return client;
    }

    /** Sockets to servers with certificates of the pipeline's own authority. */
    private static final class Trusting extends DefaultSSLSocketFactory {

        private final TrustedCertificates trusted;

        Trusting(TrustedCertificates trusted) {
            this.trusted = trusted;
        }

        @Override
        protected void initSSLContext(SSLContext context) throws GeneralSecurityException {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream store = Files.newInputStream(trusted.store())) {
                keys.load(store, TrustedCertificates.PASSWORD.toCharArray());
            } catch (IOException e) {
                throw new GeneralSecurityException(e);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(keys);
            context.init(null, managers.getTrustManagers(), null);
        }
    }
}

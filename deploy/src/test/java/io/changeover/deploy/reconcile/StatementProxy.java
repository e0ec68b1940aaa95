package io.changeover.deploy.reconcile;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a part and its MySQL server and rewrites the statements that go by as text, so that a bug in what the part says
 * to the server can be planted without touching the part. Thread-safe.
 */
final class StatementProxy implements AutoCloseable {

    /** What becomes of a statement. */
    interface Rewrite {

        Rewrite NOTHING = (link, sql) -> List.of(sql);

        /**
         * @param link number of the connection
         * @param sql each byte as a character
         * @return the statements that the server gets; the client hears the answer to the last one, and the others must be of
         *     those that are answered with OK or an error
         */
        List<String> of(int link, String sql);
    }

    private static final int QUERY = 3;
    private static final int HEADER = 4;
    private static final int LONGEST = 0xFFFFFF;

    private final int server;
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger links = new AtomicInteger();
    private volatile Rewrite rewrite = Rewrite.NOTHING;

    /** @param server port on this machine */
    StatementProxy(int server) {
        this.server = server;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("statement-door", this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    void rewrite(Rewrite by) {
        rewrite = by;
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                for (Socket socket : List.of(client, behind)) {
                    socket.setTcpNoDelay(true);
                    sockets.add(socket);
                }
                new Link(links.incrementAndGet(), client, behind).start();
            } catch (IOException e) {
                // this client is not served; the door says itself when it is closed
            }
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection, packet by packet. */
    private final class Link {

        private final int number;
        private final Socket client;
        private final Socket behind;
        /** Answers to statements of ours, which the client must not see. */
        private final AtomicInteger ours = new AtomicInteger();

        private final Semaphore answered = new Semaphore(0);

        Link(int number, Socket client, Socket behind) {
            this.number = number;
            this.client = client;
            this.behind = behind;
        }

        void start() {
            daemon("statements", () -> pump(client, behind, this::up));
            daemon("answers", () -> pump(behind, client, this::down));
        }

        private interface Carrier {
            void carry(byte[] packet, OutputStream to) throws IOException, InterruptedException;
        }

        private void pump(Socket from, Socket to, Carrier carrier) {
            try {
                DataInputStream in = new DataInputStream(from.getInputStream());
                OutputStream out = to.getOutputStream();
                while (true) {
                    byte[] head = new byte[HEADER];
                    in.readFully(head);
                    int length = (head[0] & 0xFF) | (head[1] & 0xFF) << 8 | (head[2] & 0xFF) << 16;
                    byte[] packet = Arrays.copyOf(head, HEADER + length);
                    in.readFully(packet, HEADER, length);
                    carrier.carry(packet, out);
                }
            } catch (IOException e) {
                // the other end is gone, and so is this one
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close(client);
                close(behind);
                sockets.remove(client);
                sockets.remove(behind);
            }
        }

        private void up(byte[] packet, OutputStream to) throws IOException, InterruptedException {
            boolean isQuery = packet[3] == 0
                    && packet.length > HEADER
                    && packet[HEADER] == QUERY
                    && packet.length < HEADER + LONGEST;
            if (!isQuery) {
                to.write(packet);
                return;
            }
            // attributes of the query stand before its text: none of them, in one set
            int text = HEADER + (packet.length > HEADER + 2 && packet[HEADER + 1] == 0 ? 3 : 1);
            List<String> become =
                    rewrite.of(number, new String(packet, text, packet.length - text, StandardCharsets.ISO_8859_1));
            for (int i = 0; i < become.size(); i++) {
                boolean last = i == become.size() - 1;
                if (!last) {
                    ours.incrementAndGet();
                }
                to.write(query(packet, text, become.get(i)));
                if (!last) {
                    answered.acquire();
                }
            }
        }

        private byte[] query(byte[] packet, int text, String sql) {
            byte[] bytes = sql.getBytes(StandardCharsets.ISO_8859_1);
            byte[] made = Arrays.copyOf(packet, text + bytes.length);
            System.arraycopy(bytes, 0, made, text, bytes.length);
            int length = made.length - HEADER;
            made[0] = (byte) length;
            made[1] = (byte) (length >> 8);
            made[2] = (byte) (length >> 16);
            return made;
        }

        private void down(byte[] packet, OutputStream to) throws IOException {
            if (ours.get() > 0) {
                ours.decrementAndGet();
                answered.release();
            } else {
                to.write(packet);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(StatementProxy::close);
    }
}

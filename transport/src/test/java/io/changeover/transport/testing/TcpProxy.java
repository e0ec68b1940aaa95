package io.changeover.transport.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on this machine, and does to their bytes what networks do: cuts, swallows, changes them.
 * Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

    private final InetSocketAddress server;
    private final ServerSocket door;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Queue<Long> cuts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger repliesToKeep = new AtomicInteger();
    private volatile String asked = "";
    private volatile byte @Nullable [] from;
    private volatile byte[] to = {};
    private volatile boolean refusing;

    public TcpProxy(String host, int port) {
        server = new InetSocketAddress(host, port);
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("proxy-door", this::accept);
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return door.getLocalPort();
    }

    /** The next link that has carried so many bytes from the server is cut, once for each number, in their order. */
    public void cutAfter(long... bytes) {
        Arrays.stream(bytes).forEach(cuts::add);
    }

    /** How many of those cuts are to come. */
    public int cutsLeft() {
        return cuts.size();
    }

    /** So often, the server's answer to a request that contains {@code text} is kept, and its link is cut instead. */
    public void cutReplies(String text, int times) {
        asked = text;
        repliesToKeep.set(times);
    }

    /** How many of those cuts are to come. */
    public int repliesToCut() {
        return repliesToKeep.get();
    }

    /** The links of now stay open and carry nothing any more, as if their packets were dropped. New ones are as they should be. */
    public void freeze() {
        links.forEach(link -> link.frozen = true);
    }

    /** As {@link #freeze}, of links that have carried so many bytes from the server; returns how many those were. */
    public int freezeAbove(long bytes) {
        List<Link> meant = links.stream().filter(link -> link.carried > bytes).toList();
        meant.forEach(link -> link.frozen = true);
        return meant.size();
    }

    /** Cuts the links of now, and refuses or admits new ones. */
    public void refuse(boolean refuse) {
        refusing = refuse;
        if (refuse) {
            links.forEach(Link::cut);
        }
    }

    /** What comes from the server as {@code original} arrives as {@code changed}; both are of the same length. */
    public void change(byte[] original, byte[] changed) {
        if (original.length != changed.length) {
            throw new IllegalArgumentException(original.length + " bytes become " + changed.length);
        }
        to = changed.clone();
        from = original.clone();
    }

    /** Everything that the clients of open links have sent, link by link. */
    public List<byte[]> sent() {
        return links.stream().map(Link::sent).toList();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Link link = new Link(client);
                links.add(link);
                link.start();
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

    /** One connection of a client, and ours to the server for it. */
    private final class Link {

        private final Socket client;
        private final Socket behind = new Socket();
        private final List<byte[]> said = new ArrayList<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile long carried;
        private volatile boolean frozen;
        private volatile boolean asking;

        Link(Socket client) throws IOException {
            this.client = client;
            behind.connect(server);
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
        }

        void start() {
            daemon("proxy-up", () -> pump(client, behind, false));
            daemon("proxy-down", () -> pump(behind, client, true));
        }

        private void pump(Socket source, Socket sink, boolean down) {
            byte[] buffer = new byte[8192];
            try {
                InputStream in = source.getInputStream();
                OutputStream out = sink.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (frozen) {
                        over.await();
                        return;
                    }
                    if (down && asking && repliesToKeep.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        cut();
                        return;
                    }
                    if (down && isCut(count)) {
                        out.write(buffer, 0, count / 2);
                        cut();
                        return;
                    }
                    if (down) {
                        change(buffer, count);
                    } else {
                        note(Arrays.copyOf(buffer, count));
                        asking = repliesToKeep.get() > 0
                                && new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(asked);
                    }
                    out.write(buffer, 0, count);
                }
            } catch (IOException e) {
                // the other end is gone, and so is this one
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!frozen) {
                cut();
            }
        }

        private boolean isCut(int count) {
            long now = carried + count; // by the one thread that pumps down
            carried = now;
            Long limit = cuts.peek();
            return limit != null && now > limit && cuts.remove(limit);
        }

        private void change(byte[] buffer, int count) {
            byte[] original = from;
            if (original == null) {
                return;
            }
            for (int at = 0; at + original.length <= count; at++) {
                if (Arrays.equals(buffer, at, at + original.length, original, 0, original.length)) {
                    System.arraycopy(to, 0, buffer, at, to.length);
                }
            }
        }

        private synchronized void note(byte[] bytes) {
            said.add(bytes);
        }

        private synchronized byte[] sent() {
            byte[] all = new byte[said.stream().mapToInt(bytes -> bytes.length).sum()];
            int at = 0;
            for (byte[] bytes : said) {
                System.arraycopy(bytes, 0, all, at, bytes.length);
                at += bytes.length;
            }
            return all;
        }

        /** Without a word of good-bye. */
        void cut() {
            links.remove(this);
            over.countDown();
            for (Socket socket : List.of(client, behind)) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // it is gone
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::cut);
    }
}

package io.changeover.deploy.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port of a process, at which it may be read from, and told nothing. Thread-safe. */
public final class HttpPort implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);

    /** Requests at a time; a scrape takes some milliseconds. */
    private static final int THREADS = 4;

    private static final int BACKLOG = 50;

    private final Map<String, Supplier<Answer>> routes;
    private final HttpServer server;
    private final ExecutorService threads;

    static {
        // who sends or takes a byte a minute must not keep the others waiting: seconds
        System.setProperty("sun.net.httpserver.maxReqTime", System.getProperty("sun.net.httpserver.maxReqTime", "10"));
        System.setProperty("sun.net.httpserver.maxRspTime", System.getProperty("sun.net.httpserver.maxRspTime", "30"));
        // else an answer's body waits 40 ms for the acknowledgement of its head
        System.setProperty("sun.net.httpserver.nodelay", System.getProperty("sun.net.httpserver.nodelay", "true"));
    }

    private HttpPort(HttpServer server, Map<String, Supplier<Answer>> routes) {
        this.server = server;
        this.routes = routes;
        this.threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Listens.
     *
     * @param port 0: any that is free
     * @param routes what is answered at each path
     * @throws ChangeoverException (10) when there is no such host, (11) when the port cannot be had
     */
    static HttpPort open(String host, int port, Map<String, Supplier<Answer>> routes) {
        String place = "http " + host + ":" + port;
        String remedy = "give this process another one: `--http [HOST:]PORT`, or `http:` in the pipeline file";
        try {
            InetAddress address = InetAddress.getByName(host);
            HttpPort opened =
                    new HttpPort(HttpServer.create(new InetSocketAddress(address, port), BACKLOG), Map.copyOf(routes));
            LOG.info("answers http at {}", opened.url());
            return opened;
        } catch (UnknownHostException e) {
            throw new ChangeoverException(new Problem(ExitCode.CONFIG, place, "no such host", remedy), e);
        } catch (IOException e) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.PREFLIGHT,
                            place,
                            "cannot listen there: " + e.getMessage(),
                            "end what listens there already, or " + remedy),
                    e);
        }
    }

    /** As it can be called from this machine. */
    public String url() {
        InetSocketAddress at = server.getAddress();
        String host = at.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer =
                    answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            boolean bare = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), bare ? -1 : body.length);
            if (!bare) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(String method, String path) {
        Supplier<Answer> route = routes.get(path);
        if (route == null) {
            return Answer.text(
                    Answer.NOT_FOUND,
                    "there are "
                            + String.join(" ", routes.keySet().stream().sorted().toList()) + "\n");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Answer.text(Answer.NOT_ALLOWED, "only GET\n");
        }
        try {
            return route.get();
        } catch (RuntimeException e) {
            LOG.error("a bug of Changeover, while {} was answered", path, e);
            return Answer.text(Answer.FAILED, "failed: see the log\n");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.changeover.deploy.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The health check of an image: {@code HealthProbe PATH [PORT]} exits with 0 when this machine answers 200 there, else it says
 * what it got and exits with 1. A socket and nothing else, for it starts a JVM every few seconds, and images have no shell to rely on.
 */
public final class HealthProbe {

    /** Where the images listen. */
    private static final int PORT = 8470;

    private static final Duration LIMIT = Duration.ofSeconds(4);

    private HealthProbe() {}

    public static void main(String[] arguments) {
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : PORT;
        String failure = failure(arguments[0], port);
        if (failure != null) {
            System.out.println(failure);
            System.exit(1);
        }
    }

    /** What is not as it should be; null: it answers 200. */
    static @Nullable String failure(String path, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Math.toIntExact(LIMIT.toMillis()));
            socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String status = answer.readLine();
            if (status != null && status.matches("HTTP/1\\.[01] 200\\b.*")) {
                return null;
            }
            StringBuilder told = new StringBuilder(path + ": " + status);
            answer.lines()
                    .dropWhile(line -> !line.isEmpty())
                    .forEach(line -> told.append('\n').append(line));
            return told.toString();
        } catch (IOException | UncheckedIOException e) {
            return path + ": " + e.getMessage();
        }
    }
}

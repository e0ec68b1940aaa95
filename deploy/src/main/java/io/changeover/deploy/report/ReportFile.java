package io.changeover.deploy.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file that a report goes to: a page ({@code .html}) or lines of JSON ({@code .jsonl}). It is there whole or not at all,
 * readable for its owner only. A file that is there already is replaced where it is empty or a report itself, and nothing else is.
 */
public final class ReportFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String LINES_BEGIN = "{\"type\":\"comparison\",\"by\":\"changeover\"";

    private final Path path;
    private final boolean isPage;

    private ReportFile(Path path, boolean isPage) {
        this.path = path;
        this.isPage = isPage;
    }

    /**
     * The file, found to be writable: that is to be known before a comparison that takes hours.
     *
     * @throws ChangeoverException (2) when a report cannot be written there, or must not be
     */
    public static ReportFile at(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        boolean isPage = name.endsWith(".html") || name.endsWith(".htm");
        if (!isPage && !name.endsWith(".jsonl")) {
            throw refused(file, "the name says not what it is to be", "end it with .html or .jsonl", null);
        }
        try {
            // a link stays, and what it points to is replaced
            Path path = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            ReportFile report = new ReportFile(path, isPage);
            report.requireReplaceable();
            Files.delete(report.beside());
            return report;
        } catch (IOException e) {
            throw refused(file, "it cannot be written: " + e, "name a file in a folder that you may write to", e);
        }
    }

    /** Writes the report in the place of what was there. */
    public void write(Comparison comparison) throws IOException {
        requireReplaceable();
        Path made = beside();
        try {
            try (FileChannel out = FileChannel.open(made, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text(comparison).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private String text(Comparison comparison) {
        return isPage
                ? ReportPage.of(comparison)
                : ReportLines.of(comparison).stream().map(ReportFile::json).collect(Collectors.joining());
    }

    private static String json(Object line) {
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line is JSON: " + line.getClass(), e);
        }
    }

    /** In the same folder: a rename between file systems would not be atomic. */
    private Path beside() throws IOException {
        return Files.createTempFile(path.getParent(), ".changeover-report-", ".tmp");
    }

    private void requireReplaceable() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        String begin = "";
        boolean isFile = Files.isRegularFile(path);
        if (isFile) {
            try (InputStream in = Files.newInputStream(path)) {
                begin = new String(in.readNBytes(200), StandardCharsets.UTF_8);
            }
        }
        if (!isFile || !(begin.isEmpty() || begin.startsWith(ReportPage.BEGIN) || begin.startsWith(LINES_BEGIN))) {
            throw refused(
                    path,
                    "it is there, and is no report of a comparison",
                    "name another one, or remove it yourself",
                    null);
        }
    }

    private static ChangeoverException refused(Path file, String cause, String remedy, @Nullable Exception e) {
        Problem problem = new Problem(ExitCode.USAGE, "--report " + file, cause, remedy);
        return e == null ? new ChangeoverException(problem) : new ChangeoverException(problem, e);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

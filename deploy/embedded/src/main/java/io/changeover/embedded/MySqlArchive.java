package io.changeover.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MySQL server that comes as {@code .tar.gz} files in a jar on the class path.
 *
 * @param version three numbers, such as {@code 8.0.31}
 * @param artifact {@code groupId/artifactId} of the jar: different ones have archives of the same name
 * @param linuxArchive name of the Linux x86-64 archive in the jar
 * @param macArchive name of the macOS x86-64 archive in the jar
 */
record MySqlArchive(String version, String artifact, String linuxArchive, String macArchive) {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlArchive.class);

    /** Part of the unpacked folder's name: raise it when the way to unpack changes. */
    private static final int LAYOUT = 1;

    MySqlArchive {
        requireNonNull(artifact, "artifact");
        requireNonNull(linuxArchive, "linuxArchive");
        requireNonNull(macArchive, "macArchive");
        if (!version.matches("\\d+\\.\\d+\\.\\d+")) {
            throw new IllegalArgumentException("version is not n.n.n: " + version);
        }
    }

    /** Where it lies unpacked, once per machine and user. */
    Path unpacked(Path cache) {
        return Directories.fillOnce(cache.resolve("mysql-" + version + "-" + LAYOUT), folder -> {
            LOG.info("unpacking MySQL {} into {}", version, cache);
            unpack(folder);
        });
    }

    private String archive() {
        if (Directories.isMac()) {
            return macArchive;
        }
        String system = System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
        if (!system.equals("Linux amd64")) {
            throw new EmbeddedServerException(
                    "embedded MySQL runs on Linux x86-64 and macOS; this is " + system + ": use servers of your own");
        }
        return linuxArchive;
    }

    /** Unpacks the archive with the system's {@code tar}. */
    private void unpack(Path directory) throws IOException {
        String archive = archive();
        try (InputStream packed = open(archive)) {
            Process tar = new ProcessBuilder("tar", "-xf", "-", "-C", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var input = tar.getOutputStream()) {
                new GZIPInputStream(packed, 1 << 16).transferTo(input);
            }
            int status = tar.waitFor();
            if (status != 0) {
                throw new IOException("tar ended with " + status + " for " + archive);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while unpacking " + archive, e);
        }
    }

    /** The archive that lies in the artifact's own jar, beside what Maven notes there about it. */
    private InputStream open(String archive) throws IOException {
        String note = "META-INF/maven/" + artifact + "/pom.properties";
        URL found = MySqlArchive.class.getClassLoader().getResource(note);
        if (found == null) {
            throw new EmbeddedServerException(
                    "MySQL " + version + " is not on the class path: add " + artifact.replace('/', ':'));
        }
        String jar = found.toString();
        return URI.create(jar.substring(0, jar.length() - note.length()) + archive)
                .toURL()
                .openStream();
    }
}

package io.changeover.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The folders of this module: scratch that goes with the JVM, and a cache that stays for the next one. */
final class Directories {

    /** System property that moves the cache; default: the user's cache folder. */
    static final String CACHE_PROPERTY = "changeover.cache";

    /**
     * Deletes the scratch folder when its standard input ends, that is when this JVM is gone, however it went. Tried for
     * some time, because a killed server may still be writing.
     */
    private static final String JANITOR = """
            trap '' HUP INT TERM
            while read -r _; do :; done
            n=0
            while [ -e "$1" ] && [ $n -lt 50 ]; do rm -rf -- "$1"; n=$((n + 1)); [ -e "$1" ] && sleep 0.1; done
            """;

    private static @Nullable Path scratch;

    private Directories() {}

    /** A new empty folder that is deleted at the latest when this JVM ends, even by {@code kill -9}. */
    static synchronized Path newScratch(String name) {
        try {
            if (scratch == null || !Files.isDirectory(scratch)) {
                Path root = Files.createTempDirectory("changeover-");
                new ProcessBuilder("sh", "-c", JANITOR, "changeover-janitor", root.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                scratch = root;
            }
            return Files.createTempDirectory(scratch, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("no scratch folder", e);
        }
    }

    /** The cache folder, private to the user and shared by all JVMs. */
    static Path cache() {
        String moved = System.getProperty(CACHE_PROPERTY);
        if (moved != null) {
            return Path.of(moved);
        }
        String home = System.getProperty("user.home", "");
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isEmpty()) {
            return Path.of(xdg, "changeover");
        }
        if (home.length() > 1 && Files.isWritable(Path.of(home))) {
            return Path.of(home, isMac() ? "Library/Caches" : ".cache", "changeover");
        }
        return Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "changeover-" + System.getProperty("user.name"));
    }

    static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    /** Fills {@code target} once per machine: by a rename of a filled sibling, so that JVMs may race and die at any point. */
    static Path fillOnce(Path target, Filler filler) {
        if (Files.isDirectory(target)) {
            return target;
        }
        Path sibling = target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
        try {
            Files.createDirectories(sibling);
            filler.fill(sibling);
            Files.move(sibling, target, StandardCopyOption.ATOMIC_MOVE);
            return target;
        } catch (AtomicMoveNotSupportedException e) {
            throw new UncheckedIOException("cache folder cannot rename: " + target, e);
        } catch (IOException e) {
            if (Files.isDirectory(target)) {
                return target;
            }
            throw new UncheckedIOException("cache folder could not be filled: " + target, e);
        } finally {
            delete(sibling);
        }
    }

    /** Puts content into an empty folder. */
    interface Filler {
        void fill(Path directory) throws IOException;
    }

    /** Copies a tree; zeros become holes, and a fresh data directory is more than half zeros. */
    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copySparse(file, to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void copySparse(Path from, Path to) throws IOException {
        byte[] block = new byte[1 << 14];
        byte[] zeros = new byte[block.length];
        try (InputStream input = Files.newInputStream(from);
                RandomAccessFile output = new RandomAccessFile(to.toFile(), "rw")) {
            long length = 0;
            for (int n = input.readNBytes(block, 0, block.length);
                    n > 0;
                    n = input.readNBytes(block, 0, block.length)) {
                if (!Arrays.equals(block, 0, n, zeros, 0, n)) {
                    output.seek(length);
                    output.write(block, 0, n);
                }
                length += n;
            }
            output.setLength(length);
        }
        // Keys must stay private to their owner.
        Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
    }

    /** Deletes a tree; may run twice, and against a server that is still dying. */
    static void delete(Path tree) {
        IOException last = null;
        for (int attempt = 0; attempt < 5 && Files.exists(tree); attempt++) {
            try {
                deleteOnce(tree);
            } catch (IOException e) {
                last = e;
            }
        }
        if (last != null && Files.exists(tree)) {
            throw new UncheckedIOException("not deleted: " + tree, last);
        }
    }

    private static void deleteOnce(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
                if (cause instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw cause;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException cause) throws IOException {
                if (cause != null) {
                    throw cause;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

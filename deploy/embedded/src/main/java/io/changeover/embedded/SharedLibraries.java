package io.changeover.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system libraries that {@code mysqld} links to and that a small Linux may lack, libaio above all. Asks the loader by
 * running {@code mysqld --version}; what is missing is linked from a new name of the same library, or unpacked from the
 * distribution's package, into a private folder. The system itself is never changed and root is not needed.
 */
final class SharedLibraries {

    private static final Logger LOG = LoggerFactory.getLogger(SharedLibraries.class);
    private static final Pattern MISSING = Pattern.compile("error while loading shared libraries: ([^:\\s]+):");

    /** Debian and Ubuntu packages by library, newest name first. */
    private static final Map<String, List<String>> PACKAGES = Map.of(
            "libaio.so.1", List.of("libaio1t64", "libaio1"),
            "libnuma.so.1", List.of("libnuma1"),
            "libstdc++.so.6", List.of("libstdc++6"));

    private final Path privateFolder;
    private final List<Path> systemFolders;

    SharedLibraries(Path privateFolder) {
        this(
                privateFolder,
                Stream.of("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib")
                        .map(Path::of)
                        .toList());
    }

    SharedLibraries(Path privateFolder, List<Path> systemFolders) {
        this.privateFolder = privateFolder;
        this.systemFolders = systemFolders;
    }

    /** The environment under which a {@code mysqld} loads on this machine. */
    static Map<String, String> neededBy(Path mysqld) {
        return Directories.isMac()
                ? Map.of()
                : new SharedLibraries(Directories.cache().resolve("lib")).environmentFor(mysqld);
    }

    /** The environment under which {@code binary} loads; empty where the system has everything. */
    Map<String, String> environmentFor(Path binary) {
        for (int round = 0; round <= PACKAGES.size(); round++) {
            Map<String, String> environment = environment();
            Matcher missing = MISSING.matcher(versionOf(binary, environment));
            if (!missing.find()) {
                return environment;
            }
            provide(missing.group(1));
        }
        throw new EmbeddedServerException("libraries in " + privateFolder + " do not load; delete that folder");
    }

    private Map<String, String> environment() {
        if (!Files.isDirectory(privateFolder)) {
            return Map.of();
        }
        String inherited = System.getenv("LD_LIBRARY_PATH");
        return Map.of(
                "LD_LIBRARY_PATH",
                inherited == null || inherited.isEmpty() ? privateFolder.toString() : privateFolder + ":" + inherited);
    }

    /** Puts {@code library} into the private folder; a second JVM doing the same at the same time does no harm. */
    void provide(String library) {
        Optional<Path> renamed = find(systemFolders, library);
        if (renamed.isPresent()) {
            link(library, renamed.get());
            return;
        }
        List<String> packages = PACKAGES.getOrDefault(library, List.of());
        for (String name : packages) {
            Optional<Path> unpacked = unpack(name).flatMap(root -> findBelow(root, library));
            if (unpacked.isPresent()) {
                link(library, unpacked.get());
                LOG.info("mysqld needs {}: taken from package {} into {}", library, name, privateFolder);
                return;
            }
        }
        throw new EmbeddedServerException("mysqld needs " + library + ", which is not installed: "
                + (packages.isEmpty()
                        ? "install the package that has it"
                        : "on Debian or Ubuntu run: apt-get install " + String.join(" (or: ", packages)
                                + (packages.size() > 1 ? ")" : "")));
    }

    /** {@code libaio.so.1} itself or under its name since the 64-bit time transition, {@code libaio.so.1t64}. */
    private static Optional<Path> find(List<Path> folders, String library) {
        return folders.stream()
                .flatMap(folder -> Stream.of(folder.resolve(library), folder.resolve(library + "t64")))
                .filter(Files::isReadable)
                .findFirst();
    }

    private static Optional<Path> findBelow(Path root, String library) {
        try (Stream<Path> tree = Files.walk(root)) {
            return find(tree.filter(Files::isDirectory).toList(), library);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void link(String library, Path file) {
        Path link = privateFolder.resolve(library);
        try {
            Files.createDirectories(privateFolder);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, file);
        } catch (IOException e) {
            if (!Files.isReadable(link)) {
                throw new EmbeddedServerException("not linked: " + link + " to " + file, e);
            }
        }
    }

    /** Downloads with the system's package lists, else with lists fetched into the private folder. */
    private Optional<Path> unpack(String name) {
        Path root = privateFolder.resolve(name);
        try {
            Files.createDirectories(root);
            Path state = Files.createDirectories(privateFolder.resolve("apt"));
            Files.createDirectories(state.resolve("lists/partial"));
            Files.createDirectories(state.resolve("archives/partial"));
            List<String> own = List.of(
                    "-qq",
                    "-o",
                    "APT::Sandbox::User=root",
                    "-o",
                    "Debug::NoLocking=1",
                    "-o",
                    "Dir::State::lists=" + state.resolve("lists"),
                    "-o",
                    "Dir::Cache=" + state);
            boolean downloaded = apt(root, List.of("-qq"), "download", name)
                    || (apt(root, own, "update") && apt(root, own, "download", name));
            if (!downloaded) {
                return Optional.empty();
            }
            try (Stream<Path> files = Files.list(root)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".deb")).toList()) {
                    run(List.of("dpkg-deb", "-x", file.toString(), root.toString()), Map.of());
                }
            }
            return Optional.of(root);
        } catch (IOException e) {
            LOG.debug("package {} not unpacked", name, e);
            return Optional.empty();
        }
    }

    private static boolean apt(Path directory, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec apt-get \"$@\""));
        command.add(directory.toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return run(command, Map.of()).status() == 0;
    }

    /** What a {@code mysqld} says of its version; the error when it does not run. */
    static String versionOf(Path mysqld, Map<String, String> environment) {
        return run(List.of(mysqld.toString(), "--no-defaults", "--version"), environment)
                .output();
    }

    private record Outcome(int status, String output) {}

    private static Outcome run(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted during " + command.get(0), e);
        }
    }
}

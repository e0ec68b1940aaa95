package io.changeover.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedLibrariesTest {

    @TempDir
    private Path folder;

    private Path own;
    private Path system;

    @BeforeEach
    void folders() throws Exception {
        own = folder.resolve("own");
        system = Files.createDirectories(folder.resolve("system"));
    }

    @Test
    void missingLibrary_isLinkedFromItsNewName() throws Exception {
        assumeFalse(Directories.isMac(), "the loader's words are those of Linux");
        Files.writeString(system.resolve("libaio.so.1t64"), "new name");
        Path binary = binaryThatNeeds("libaio.so.1");

        assertThat(new SharedLibraries(own, List.of(system)).environmentFor(binary))
                .extractingByKey("LD_LIBRARY_PATH")
                .asString()
                .startsWith(own.toString());
        assertThat(own.resolve("libaio.so.1")).hasContent("new name");
    }

    @Test
    void nothingMissing_leavesTheEnvironmentAlone() throws Exception {
        Path binary = executable("exit 0");
        assertThat(new SharedLibraries(own, List.of(system)).environmentFor(binary))
                .isEmpty();
        assertThat(own).doesNotExist();
    }

    @Test
    void libraryOfUnknownPackage_isNamedInOneLine() throws Exception {
        Path binary = binaryThatNeeds("libother.so.3");
        assertThatThrownBy(() -> new SharedLibraries(own, List.of(system)).environmentFor(binary))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessage("mysqld needs libother.so.3, which is not installed: install the package that has it");
    }

    /** Behaves like a binary that the loader refuses until the library is on LD_LIBRARY_PATH. */
    private Path binaryThatNeeds(String library) throws Exception {
        return executable(
                "IFS=:; for d in $LD_LIBRARY_PATH; do [ -e \"$d/" + library + "\" ] && exit 0; done; echo \"$0:"
                        + " error while loading shared libraries: " + library
                        + ": cannot open shared object file: No such file or directory\" >&2; exit 127");
    }

    private Path executable(String script) throws Exception {
        Path file = folder.resolve("mysqld");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}

package io.changeover.transport.definition.yaml;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads UTF-8, and says for people why a file cannot be read. */
final class TextFile {

    private TextFile() {}

    /** @throws ChangeoverException (10) when it is not a readable file, or not UTF-8: with the line then */
    static String read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.CONFIG,
                            file.toString(),
                            "the file " + why(file.toString(), e),
                            "name the pipeline's definition by -c FILE"),
                    e);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new ChangeoverException(new Problem(
                    ExitCode.CONFIG,
                    file + ":" + line,
                    "the file is not UTF-8: byte " + in.position() + " begins no character",
                    "save it as UTF-8"));
        }
        return text;
    }

    /** {@code does not exist}, {@code is a directory} ... */
    static String why(String path, Exception e) {
        if (e instanceof NoSuchFileException) {
            return "does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "may not be read by this user";
        }
        if (e instanceof CharacterCodingException) {
            return "is not UTF-8";
        }
        if (e instanceof InvalidPathException) {
            return "has a name that no file can have";
        }
        return Files.isDirectory(Path.of(path)) ? "is a directory" : "cannot be read: " + e.getMessage();
    }
}

package io.changeover.deploy.command;

import io.changeover.transport.definition.HttpSettings;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where one process is to answer HTTP, whatever the file says for all of them.
 *
 * @param host null: the file's
 * @param port empty: nowhere; 0: any that is free
 */
record HttpOption(@Nullable String host, Optional<Integer> port) {

    static final String DESCRIPTION =
            "Answer HTTP there, whatever the file says in `http`; 0: any port that is free (the"
                    + " log tells which); off: nowhere.";

    /** Reads {@code 8470}, {@code 0.0.0.0:8470}, {@code [::1]:8470}, {@code off}. */
    static final class Converter implements ITypeConverter<HttpOption> {

        private static final Pattern TEXT = Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:\\s\\[\\]]+):)?(\\d{1,5})");

        @Override
        public HttpOption convert(String value) {
            if (value.equals("off")) {
                return new HttpOption(null, Optional.empty());
            }
            Matcher text = TEXT.matcher(value);
            if (!text.matches() || Integer.parseInt(text.group(2)) > 65_535) {
                throw new TypeConversionException("not a place like 8470, 0.0.0.0:8470, off: " + value);
            }
            return new HttpOption(text.group(1), Optional.of(Integer.parseInt(text.group(2))));
        }
    }

    static HttpSettings settings(@Nullable HttpOption option, HttpSettings ofFile) {
        return option == null
                ? ofFile
                : new HttpSettings(option.host == null ? ofFile.host() : option.host, option.port);
    }
}

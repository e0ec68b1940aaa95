package io.changeover.capture.value;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A character set of MySQL: its bytes to Unicode as MySQL converts them. Never replaces what it cannot decode: it fails.
 * Thread-safe.
 */
final class TextCharset {

    private static final Map<String, String> JAVA_NAMES = Map.ofEntries(
            Map.entry("utf8", "UTF-8"),
            Map.entry("utf8mb3", "UTF-8"),
            Map.entry("utf8mb4", "UTF-8"),
            Map.entry("ascii", "UTF-8"),
            Map.entry("binary", "ISO-8859-1"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("latin2", "ISO-8859-2"),
            Map.entry("latin5", "ISO-8859-9"),
            Map.entry("latin7", "ISO-8859-13"),
            Map.entry("greek", "ISO-8859-7"),
            Map.entry("hebrew", "ISO-8859-8"),
            Map.entry("cp1250", "windows-1250"),
            Map.entry("cp1251", "windows-1251"),
            Map.entry("cp1256", "windows-1256"),
            Map.entry("cp1257", "windows-1257"),
            Map.entry("cp850", "IBM850"),
            Map.entry("cp852", "IBM852"),
            Map.entry("cp866", "IBM866"),
            Map.entry("koi8r", "KOI8-R"),
            Map.entry("koi8u", "KOI8-U"),
            Map.entry("ucs2", "UTF-16BE"),
            Map.entry("utf16", "UTF-16BE"),
            Map.entry("utf16le", "UTF-16LE"),
            Map.entry("utf32", "UTF-32BE"),
            Map.entry("gbk", "GBK"),
            Map.entry("gb2312", "EUC-CN"),
            Map.entry("gb18030", "GB18030"),
            Map.entry("big5", "Big5"),
            Map.entry("sjis", "Shift_JIS"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("ujis", "EUC-JP"),
            Map.entry("eucjpms", "x-eucJP-Open"),
            Map.entry("euckr", "x-windows-949"),
            Map.entry("tis620", "TIS-620"),
            Map.entry("macroman", "x-MacRoman"),
            Map.entry("macce", "x-MacCentralEurope"));

    /** Where MySQL reads another character than Java, or Java none; the same in MySQL 5.7 to 9.7. */
    private static final Map<String, String> DIFFERENCES = Map.ofEntries(
            // cp1252, whose five holes are the control characters of the same number
            Map.entry("latin1", "81=81 8D=8D 8F=8F 90=90 9D=9D"),
            Map.entry("greek", "A1=02BD A2=02BC"),
            Map.entry("hebrew", "AF=203E"),
            Map.entry("cp866", "FC=207F FD=00B2"),
            Map.entry("koi8u", "95=2022"),
            Map.entry("tis620", "80-9F=0080"),
            Map.entry("gbk", "A892=2295"),
            Map.entry("big5", "F9D6=7881 F9D7=92B9 F9D8=88CF F9D9=58BB F9DA=6052 F9DB=7CA7 F9DC=5AFA"),
            Map.entry(
                    "gb18030",
                    "A6D9=E78D A6DA=E78E A6DB=E78F A6DC=E790 A6DD=E791 A6DE=E792 A6DF=E793 A6EC=E794 A6ED=E795 A6F3=E796"
                            + " FE59=E81E FE61=E826 FE66=E82B FE67=E82C FE6D=E832 FE7E=E843 FE90=E854 FEA0=E864"),
            Map.entry("sjis", "815C=2015 815F=005C"),
            Map.entry("ujis", "A1BD=2015 A1C0=005C 8FA2B7=007E F5A1-FEFE=E000 8FF5A1-8FFEFE=E3AC"),
            Map.entry(
                    "eucjpms",
                    "A1BD=2015 A1C1=FF5E A1C2=2225 A1DD=FF0D A1F1=FFE0 A1F2=FFE1 A2CC=FFE2 8FA2C3=FFE4 F5A1-FEFE=E000 8FF5A1-8FFEFE=E3AC"));

    /** Sets that are too large for a table. */
    private static final Set<String> UNICODE = Set.of("UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "GB18030");

    private static final Map<String, TextCharset> KNOWN = new ConcurrentHashMap<>();

    private final Charset charset;
    private final @Nullable CharacterTable table;
    /** Where there is no table: characters that stand for each other. GB 18030 has had several editions. */
    private final Map<Character, Character> swapped;

    private TextCharset(String name, Charset charset) {
        this.charset = charset;
        String differences = DIFFERENCES.getOrDefault(name, "");
        boolean large = UNICODE.contains(charset.name());
        this.table = large ? null : new CharacterTable(charset, differences);
        this.swapped = large ? swaps(charset, differences) : Map.of();
    }

    private static Map<Character, Character> swaps(Charset charset, String differences) {
        Map<Character, Character> swaps = new HashMap<>();
        for (String difference : differences.isEmpty() ? new String[0] : differences.split(" ")) {
            String[] parts = difference.split("=");
            char java = new String(HexFormat.of().parseHex(parts[0]), charset).charAt(0);
            char ours = (char) Integer.parseInt(parts[1], 16);
            swaps.put(java, ours);
            swaps.put(ours, java);
        }
        return Map.copyOf(swaps);
    }

    /** @throws ChangeoverException (11) for a character set that cannot be decoded */
    static TextCharset of(String mysqlName, String column) {
        String name = mysqlName.toLowerCase(Locale.ROOT);
        String javaName = JAVA_NAMES.get(name);
        if (javaName == null || !Charset.isSupported(javaName)) {
            throw new ChangeoverException(new Problem(
                    ExitCode.PREFLIGHT,
                    "column " + column,
                    "character set " + mysqlName + " cannot be decoded",
                    "convert the column to utf8mb4, or take its table out of the pipeline"));
        }
        return KNOWN.computeIfAbsent(name, known -> new TextCharset(known, Charset.forName(javaName)));
    }

    /** The next {@code length} bytes of a cell. */
    String decode(RowBytes in, int length) {
        if (table != null || !swapped.isEmpty()) {
            return decode(in.take(length));
        }
        int from = in.position();
        String text = in.text(length, charset);
        return text.indexOf('\uFFFD') < 0 ? text : decode(in.bytes(from, length));
    }

    /** @throws IllegalArgumentException when the bytes are no text */
    String decode(byte[] bytes) {
        String text = table == null ? strictly(bytes) : table.decode(bytes);
        if (text == null) {
            throw new IllegalArgumentException(bytes.length + " bytes are not text in " + charset);
        }
        return text;
    }

    private @Nullable String strictly(byte[] bytes) {
        try {
            CharBuffer text = charset.newDecoder().decode(ByteBuffer.wrap(bytes));
            for (int i = 0; i < text.length() && !swapped.isEmpty(); i++) {
                text.put(i, swapped.getOrDefault(text.get(i), text.get(i)));
            }
            return text.toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Bytes as the characters of the same numbers. */
    static String bytesAsText(RowBytes in, int length) {
        return in.text(length, StandardCharsets.ISO_8859_1);
    }

    static String bytesAsText(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

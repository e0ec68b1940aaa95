package io.changeover.capture.value;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** A character set of MySQL, as Java decodes it. Never replaces what it cannot decode: it fails. */
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
            Map.entry("euckr", "EUC-KR"),
            Map.entry("tis620", "TIS-620"),
            Map.entry("macroman", "x-MacRoman"),
            Map.entry("macce", "x-MacCentralEurope"));

    private final Charset charset;
    private final boolean latin1;

    private TextCharset(Charset charset, boolean latin1) {
        this.charset = charset;
        this.latin1 = latin1;
    }

    /** @throws ChangeoverException (11) for a character set that Java does not have */
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
        return new TextCharset(Charset.forName(javaName), name.equals("latin1"));
    }

    /** The next {@code length} bytes of a cell. */
    String decode(RowBytes in, int length) {
        int from = in.position();
        String text = in.text(length, charset);
        return text.indexOf('\uFFFD') < 0 ? text : exactly(in.bytes(from, length));
    }

    /** What Java could not decode at once, or what is a replacement character itself. */
    private String exactly(byte[] bytes) {
        if (latin1) {
            // MySQL's latin1 is cp1252 whose five holes are the control characters of the same number
            StringBuilder whole = new StringBuilder(new String(bytes, charset));
            for (int i = 0; i < bytes.length; i++) {
                if (whole.charAt(i) == '\uFFFD') {
                    whole.setCharAt(i, (char) (bytes[i] & 0xFF));
                }
            }
            return whole.toString();
        }
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(bytes.length + " bytes are not text in " + charset, e);
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

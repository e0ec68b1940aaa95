package io.changeover.deploy.plan;

import static io.changeover.deploy.plan.Losses.addIf;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Into a column that holds characters, labels or bytes. */
final class TextLosses {

    private static final Set<String> UNIVERSAL = Set.of("utf8mb4", "utf16", "utf16le", "utf32", "gb18030");

    private TextLosses() {}

    static void into(ColumnFacts old, ColumnFacts next, boolean plain, List<Loss> losses) {
        switch (next.family()) {
            case ENUM, SET -> labels(old, next, losses);
            case BYTES -> bytes(old, next, losses);
            default -> text(old, next, plain, losses);
        }
    }

    private static void text(ColumnFacts old, ColumnFacts next, boolean plain, List<Loss> losses) {
        if (old.family() == TypeFamily.BYTES
                || old.family() == TypeFamily.GEOMETRY
                || old.family() == TypeFamily.VECTOR) {
            losses.add(Loss.refused("bytes that are no text in " + next.charset() + " are refused; use HEX"));
        }
        addIf(
                plain && old.family() == TypeFamily.FLOAT,
                Loss.mind("is written as 0.1 or 1.0E-4, not as MySQL does; use CAST"),
                losses);
        addIf(plain && old.family() == TypeFamily.BIT, Loss.mind("gets the number as decimal digits"), losses);
        room(old, next, losses);
        boolean foreign = old.charset() != null && next.charset() != null && !covers(next.charset(), old.charset());
        addIf(foreign, Loss.refused("characters outside " + next.charset() + " are refused"), losses);
        boolean blanks = next.base().equals("char")
                && old.family() == TypeFamily.TEXT
                && !old.base().equals("char");
        addIf(blanks, Loss.changed("blanks at the end are lost"), losses);
        boolean unique = next.key() || !next.uniques().isEmpty();
        addIf(
                unique && tellsLess(old, next),
                Loss.refused(
                        "of texts equal by " + next.collation() + " but not by " + old.collation() + ", one is taken"),
                losses);
    }

    /** Whether the new collation may take two texts for one that the old one does not. */
    private static boolean tellsLess(ColumnFacts old, ColumnFacts next) {
        String from = old.collation();
        String to = next.collation();
        if (from == null || to == null || from.equals(to) || to.equals("binary")) {
            return false;
        }
        boolean padsMore = !to.contains("_0900_") && from.contains("_0900_");
        return !to.endsWith("_bin") || padsMore;
    }

    private static void labels(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        switch (old.family()) {
            case ENUM, SET -> {
                List<String> missing = new ArrayList<>(old.labels());
                boolean exact = String.valueOf(next.collation()).endsWith("_bin");
                missing.removeIf(label -> next.labels().stream()
                        .anyMatch(known -> exact ? known.equals(label) : known.equalsIgnoreCase(label)));
                addIf(!missing.isEmpty(), Loss.refused("no label for " + shown(missing) + ": refused"), losses);
                addIf(
                        old.family() == TypeFamily.SET && next.family() == TypeFamily.ENUM,
                        Loss.refused("sets of several labels are refused"),
                        losses);
                boolean moved = missing.isEmpty() && !startsWith(next.labels(), old.labels());
                addIf(moved, Loss.mind("the labels have other numbers"), losses);
            }
            case TEXT, JSON ->
                losses.add(Loss.refused("other texts than its " + next.labels().size() + " labels are refused"));
            case BYTES, GEOMETRY, VECTOR -> losses.add(Loss.refused("values of " + old.base() + " are refused"));
            case INTEGER, DECIMAL, FLOAT, BIT, YEAR, DATE, MOMENT, TIME ->
                losses.add(Loss.changed(
                        "numbers are refused or taken for labels or places in the list; use an expression"));
        }
    }

    private static boolean startsWith(List<String> labels, List<String> first) {
        return labels.size() >= first.size() && labels.subList(0, first.size()).equals(first);
    }

    private static String shown(List<String> labels) {
        List<String> some = labels.subList(0, Math.min(5, labels.size()));
        return "'" + String.join("', '", some) + "'" + (some.size() < labels.size() ? " and others" : "");
    }

    private static void bytes(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        boolean same = old.family() == TypeFamily.BYTES
                || old.family() == TypeFamily.GEOMETRY
                || old.family() == TypeFamily.VECTOR;
        addIf(!same, Loss.mind("holds the bytes of the text in UTF-8"), losses);
        long most = same ? longest(old) : 4 * longest(old);
        addIf(next.length() < most, Loss.refused("more than " + next.length() + " bytes are refused"), losses);
        boolean filled = next.base().equals("binary") && (!old.base().equals("binary") || old.length() < next.length());
        addIf(filled, Loss.changed("filled up with zero bytes to " + next.length()), losses);
    }

    /** The room of a TEXT is counted in bytes, that of a CHAR in characters. */
    private static void room(ColumnFacts old, ColumnFacts next, List<Loss> losses) {
        boolean counted = next.base().endsWith("text");
        long needed = counted ? bytes(old, String.valueOf(next.charset())) : longest(old);
        addIf(
                needed > next.length(),
                Loss.refused("more than " + next.length() + (counted ? " bytes" : " characters") + " are refused"),
                losses);
    }

    /** The most bytes of a value's text in a character set. */
    private static long bytes(ColumnFacts old, String charset) {
        boolean text = old.family() == TypeFamily.TEXT;
        String from = text ? String.valueOf(old.charset()) : "ascii";
        boolean utf8 = charset.startsWith("utf8");
        int most = utf8 && width(from) == 1 ? (from.equals("ascii") ? 1 : 3) : width(charset);
        boolean alike = from.equals(charset) || (utf8 && from.startsWith("utf8"));
        return text && old.base().endsWith("text") && alike ? old.length() : longest(old) * most;
    }

    /** The most characters of a value's text; of bytes the most bytes. */
    private static long longest(ColumnFacts old) {
        return switch (old.family()) {
            case TEXT -> old.base().endsWith("text") ? old.length() / (isWide(old.charset()) ? 2 : 1) : old.length();
            case INTEGER, BIT -> NumberLosses.most(old).toString().length() + (old.unsigned() ? 0 : 1);
            case DECIMAL -> old.precision() + 2L;
            case FLOAT -> 24;
            case YEAR -> 4;
            case DATE -> 10;
            case MOMENT -> old.scale() == 0 ? 19 : 20 + old.scale();
            case TIME -> old.scale() == 0 ? 10 : 11 + old.scale();
            case ENUM -> old.labels().stream().mapToInt(String::length).max().orElse(0);
            case SET ->
                old.labels().stream().mapToInt(label -> label.length() + 1).sum() - 1L;
            case BYTES -> old.length();
            case JSON, GEOMETRY, VECTOR -> 1L << 30;
        };
    }

    private static boolean isWide(@Nullable String charset) {
        return charset != null && (charset.startsWith("utf16") || charset.equals("ucs2") || charset.equals("utf32"));
    }

    private static int width(@Nullable String charset) {
        return switch (String.valueOf(charset)) {
            case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030" -> 4;
            case "utf8", "utf8mb3", "ujis", "eucjpms" -> 3;
            case "ucs2", "gbk", "gb2312", "big5", "sjis", "cp932", "euckr" -> 2;
            default -> 1;
        };
    }

    private static boolean covers(String next, String old) {
        boolean basic = Set.of("utf8", "utf8mb3", "ucs2").contains(next) && !UNIVERSAL.contains(old);
        return next.equals(old) || UNIVERSAL.contains(next) || basic || old.equals("ascii");
    }
}

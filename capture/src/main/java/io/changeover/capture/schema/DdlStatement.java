package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement of the binlog, looked at before any parser: only what may change a captured table goes on. Exotic statements
 * about anything else never stop a source.
 *
 * @param text without comments, in one line
 * @param type Canal's type of a statement that changes tables; null for everything else
 */
public record DdlStatement(String text, @Nullable String type) {

    private static final Pattern COMMENT = Pattern.compile("/\\*(?![!+]).*?\\*/|(?:--\\s|#)[^\\n]*", Pattern.DOTALL);
    private static final Pattern EXECUTED_COMMENT = Pattern.compile("/\\*!\\d*|\\*/");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern DML = Pattern.compile("(INSERT|UPDATE|DELETE|REPLACE|LOAD|WITH)\\b.*", Pattern.DOTALL);

    private record Kind(Pattern start, String type) {}

    private static final List<Kind> KINDS = List.of(
            kind("CREATE TABLE\\b", "CREATE"),
            kind("ALTER( (ONLINE|OFFLINE|IGNORE))* TABLE\\b", "ALTER"),
            kind("DROP TABLES?\\b", "ERASE"),
            kind("TRUNCATE\\b", "TRUNCATE"),
            kind("RENAME TABLES?\\b", "RENAME"),
            kind("CREATE( (ONLINE|OFFLINE|UNIQUE|FULLTEXT|SPATIAL))* INDEX\\b", "CINDEX"),
            kind("DROP( (ONLINE|OFFLINE))* INDEX\\b", "DINDEX"),
            kind("DROP (DATABASE|SCHEMA)\\b", "QUERY"));

    public static DdlStatement of(String sql) {
        String text = SPACE.matcher(EXECUTED_COMMENT
                        .matcher(COMMENT.matcher(sql).replaceAll(" "))
                        .replaceAll(" "))
                .replaceAll(" ")
                .trim();
        String upper = text.toUpperCase(Locale.ROOT);
        for (Kind kind : KINDS) {
            if (kind.start().matcher(upper).lookingAt()) {
                return new DdlStatement(text, kind.type());
            }
        }
        return new DdlStatement(text, null);
    }

    /** Whether the statement writes rows, which the binlog should then show as rows. */
    public boolean isDml() {
        return DML.matcher(text.toUpperCase(Locale.ROOT)).matches();
    }

    public boolean dropsDatabase() {
        return "QUERY".equals(type);
    }

    /** Whether the statement names one of {@code tables}, or their database where a database is meant. Too often yes. */
    public boolean mayTouch(Set<TableName> tables) {
        return tables.stream().anyMatch(table -> names(dropsDatabase() ? table.schema() : table.table()));
    }

    /** Whether {@code identifier} stands in the text as a word, in any case. */
    public boolean names(String identifier) {
        String quoted = identifier.replace("`", "``");
        int from = 0;
        String lower = text.toLowerCase(Locale.ROOT);
        String wanted = quoted.toLowerCase(Locale.ROOT);
        for (int at = lower.indexOf(wanted, from); at >= 0; at = lower.indexOf(wanted, at + 1)) {
            int end = at + wanted.length();
            boolean begins = at == 0 || !isWord(lower.charAt(at - 1));
            boolean ends = end == lower.length() || !isWord(lower.charAt(end));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private static Kind kind(String start, String type) {
        return new Kind(Pattern.compile(start), type);
    }
}

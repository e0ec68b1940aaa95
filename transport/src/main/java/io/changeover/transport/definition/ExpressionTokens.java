package io.changeover.transport.definition;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import net.sf.jsqlparser.parser.Token;
import org.jspecify.annotations.Nullable;

/** Judges the words and signs of an expression: what is not known to be harmless, and to MySQL the same, is refused. */
final class ExpressionTokens {

    private static final Pattern STRING = Pattern.compile("[nNxXbB]?'([^'\\\\]|\\\\.|'')*'", Pattern.DOTALL);
    private static final Pattern QUOTED_NAME = Pattern.compile("`([^`]|``)+`", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("[0-9A-Za-z$_\\x{80}-\\x{FFFF}]+");
    private static final Pattern NUMBER = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final Set<String> SIGNS = Set.of(
            "(", ")", ",", ".", "+", "-", "*", "/", "%", "=", "<", ">", "<=", ">=", "<>", "!=", "<=>", "!", "~", "&",
            "|", "^", "<<", ">>", "&&", "->", "->>");
    private static final Set<String> SUBQUERY = Set.of("SELECT", "UNION", "TABLE", "INTO");

    private final String text;
    private final List<Token> tokens;
    private final Set<String> refused = new LinkedHashSet<>();

    private ExpressionTokens(String text, List<Token> tokens) {
        this.text = text;
        this.tokens = tokens;
    }

    /** @throws IllegalArgumentException with every reason to refuse the expression */
    static void check(String text, List<Token> tokens) {
        ExpressionTokens judged = new ExpressionTokens(text, tokens);
        judged.checkGaps();
        for (int i = 0; i < tokens.size(); i++) {
            judged.checkToken(i);
        }
        if (!judged.refused.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", judged.refused));
        }
    }

    static String upper(Token token) {
        return token.image.toUpperCase(Locale.ROOT);
    }

    /** What lies between the tokens was skipped by the grammar: a comment could swallow what stands around the expression. */
    private void checkGaps() {
        int from = 0;
        for (Token token : tokens) {
            checkGap(from, token.absoluteBegin - 1);
            from = token.absoluteEnd - 1;
            if (!text.substring(token.absoluteBegin - 1, from).equals(token.image)) {
                refused.add("is not understood at: " + token.image);
            }
        }
        checkGap(from, text.length());
    }

    private void checkGap(int from, int to) {
        if (!text.substring(from, to).isBlank()) {
            refused.add("comments are not allowed: " + text.substring(from, to).strip());
        }
    }

    private void checkToken(int i) {
        String image = tokens.get(i).image;
        if (STRING.matcher(image).matches() || QUOTED_NAME.matcher(image).matches() || SIGNS.contains(image)) {
            return;
        }
        if (WORD.matcher(image).matches()) {
            checkWord(i);
            return;
        }
        if (!NUMBER.matcher(image).matches()) {
            refused.add(signReason(image));
        }
    }

    private static String signReason(String image) {
        if (image.startsWith("@") || image.equals(":=")) {
            return "variables are not allowed";
        }
        if (image.equals("?") || image.equals(":")) {
            return "parameters are not allowed";
        }
        if (image.startsWith("\"")) {
            return "double quotes are ambiguous in MySQL: write 'text' or `column` instead of " + image;
        }
        if (image.equals("||")) {
            return "|| depends on sql_mode: write OR or CONCAT";
        }
        if (image.contains("#")) {
            return "comments are not allowed: " + image;
        }
        return "MySQL does not know " + image;
    }

    private void checkWord(int i) {
        String word = upper(tokens.get(i));
        boolean called = i + 1 < tokens.size() && tokens.get(i + 1).image.equals("(");
        boolean qualified = i > 0 && tokens.get(i - 1).image.equals(".");
        if (SUBQUERY.contains(word)) {
            refused.add("subqueries are not allowed");
        } else if (called && qualified) {
            refused.add("stored functions are not allowed: " + tokens.get(i).image + "()");
        } else if (called || MySqlFunctions.isCalledWithoutParentheses(word)) {
            boolean bare = called && tokens.get(i + 2).image.equals(")");
            addIfPresent(MySqlFunctions.reasonToRefuse(word, bare));
            addIfPresent(called && word.equals("CONVERT") ? convertReason(i + 1) : null);
        }
    }

    /** {@code CONVERT(a, type)}: the grammar cannot tell the type from a column. */
    private @Nullable String convertReason(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            String word = upper(tokens.get(i));
            depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
            if (depth == 1 && word.equals("USING")) {
                return null;
            }
            if (depth == 0) {
                break;
            }
        }
        return "write CAST(.. AS type) instead of CONVERT(.., type)";
    }

    private void addIfPresent(@Nullable String reason) {
        if (reason != null) {
            refused.add(reason);
        }
    }
}

package io.changeover.transport.definition;

import io.changeover.transport.definition.MappingExpression.ColumnUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserTreeConstants;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.SimpleNode;
import net.sf.jsqlparser.parser.Token;

/**
 * Reads a {@link MappingExpression}. The grammar tells that the text is one expression and which words are columns; the
 * tokens are then judged one by one ({@link ExpressionTokens}), so that nothing passes because a tree did not show it.
 */
final class ExpressionParser {

    /** Functions whose first argument is a unit of time, which the grammar takes for a column. */
    private static final Set<String> UNIT_FIRST = Set.of("TIMESTAMPADD", "TIMESTAMPDIFF");

    private ExpressionParser() {}

    static MappingExpression parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        SimpleNode tree = tree(text);
        List<Token> tokens = tokens(tree);
        ExpressionTokens.check(text, tokens);
        List<ColumnUse> uses = new ArrayList<>();
        Set<String> refused = new TreeSet<>();
        collect(tree, tokens, uses, refused);
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", refused));
        }
        return new MappingExpression(text, uses);
    }

    private static SimpleNode tree(String text) {
        List<CCJSqlParser> parsers = new ArrayList<>();
        try {
            CCJSqlParserUtil.parseExpression(
                    text, false, parser -> parsers.add(parser.withBackslashEscapeCharacter(true)));
        } catch (JSQLParserException | RuntimeException | StackOverflowError e) {
            throw new IllegalArgumentException("is not one MySQL expression" + rest(text, parsers, e), e);
        }
        return (SimpleNode) parsers.get(parsers.size() - 1).getASTRoot();
    }

    /** Where it stopped to be understood. */
    private static String rest(String text, List<CCJSqlParser> parsers, Throwable failure) {
        int end = -1;
        for (Throwable cause = failure; cause != null && end < 0; cause = cause.getCause()) {
            if (cause instanceof ParseException parse && parse.currentToken != null) {
                end = parse.currentToken.absoluteEnd - 1;
            }
        }
        if (end < 0) {
            end = endOfWhatWasRead(parsers);
        }
        if (end < 0 || end > text.length()) {
            return "";
        }
        String rest = text.substring(end).strip();
        return rest.isEmpty() ? ": it ends too early" : ", from here on: " + rest;
    }

    private static int endOfWhatWasRead(List<CCJSqlParser> parsers) {
        try {
            Node read = parsers.get(parsers.size() - 1).getASTRoot();
            return read instanceof SimpleNode tree ? tree.jjtGetLastToken().absoluteEnd - 1 : -1;
        } catch (RuntimeException e) {
            // The grammar has no tree where it understood nothing.
            return -1;
        }
    }

    private static List<Token> tokens(SimpleNode tree) {
        List<Token> tokens = new ArrayList<>();
        for (Token token = tree.jjtGetFirstToken(); token != null; token = token.next) {
            tokens.add(token);
            if (token == tree.jjtGetLastToken()) {
                break;
            }
        }
        return tokens;
    }

    private static void collect(SimpleNode node, List<Token> tokens, List<ColumnUse> uses, Set<String> refused) {
        if (node.getId() == CCJSqlParserTreeConstants.JJTCOLUMN) {
            int index = tokens.indexOf(node.jjtGetFirstToken());
            if (isUnit(tokens, index)) {
                return;
            }
            if (node.jjtGetFirstToken() != node.jjtGetLastToken()) {
                refused.add("write the column without its table: " + written(node));
                return;
            }
            uses.add(use(node.jjtGetFirstToken()));
            return;
        }
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            Node child = node.jjtGetChild(i);
            collect((SimpleNode) child, tokens, uses, refused);
        }
    }

    private static boolean isUnit(List<Token> tokens, int index) {
        return index >= 2
                && tokens.get(index - 1).image.equals("(")
                && UNIT_FIRST.contains(ExpressionTokens.upper(tokens.get(index - 2)));
    }

    private static String written(SimpleNode node) {
        StringBuilder text = new StringBuilder();
        for (Token token = node.jjtGetFirstToken(); token != node.jjtGetLastToken(); token = token.next) {
            text.append(token.image);
        }
        return text.append(node.jjtGetLastToken().image).toString();
    }

    private static ColumnUse use(Token token) {
        String name = token.image.startsWith("`")
                ? token.image.substring(1, token.image.length() - 1).replace("``", "`")
                : token.image;
        return new ColumnUse(name, token.absoluteBegin - 1, token.absoluteEnd - 1);
    }
}

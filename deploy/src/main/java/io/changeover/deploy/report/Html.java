package io.changeover.deploy.report;

/** Text of a page in which nothing that was read from a server can be markup, or turn what stands beside it around. Confined. */
final class Html {

    private final StringBuilder page = new StringBuilder();

    /** Markup of the page's own. */
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /** Anything else. */
    Html text(Object value) {
        page.append(escaped(String.valueOf(value)));
        return this;
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n' -> escaped.append("<i>\\n</i>\n");
                case '\t' -> escaped.append("<i>\\t</i>\t");
                default -> {
                    if (isUnseen(point)) {
                        escaped.append("<i>")
                                .append(String.format("\\u%04x", point))
                                .append("</i>");
                    } else {
                        escaped.appendCodePoint(point);
                    }
                }
            }
        });
        return escaped.toString();
    }

    /** What shows as nothing, or changes how its neighbours show: controls, direction marks, halves of a character. */
    private static boolean isUnseen(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    @Override
    public String toString() {
        return page.toString();
    }
}

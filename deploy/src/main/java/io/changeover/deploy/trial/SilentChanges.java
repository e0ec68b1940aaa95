package io.changeover.deploy.trial;

import io.changeover.apply.target.TargetColumn;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values that MySQL takes without a warning and keeps otherwise, where a column is taken over as it is. */
final class SilentChanges {

    private static final Pattern DIGITS = Pattern.compile("\\((?:\\d+,)?(\\d+)\\)");

    /** One column that may change values. */
    private record Check(String column, int index, String what, Predicate<String> changes) {}

    private final List<Check> checks = new ArrayList<>();

    SilentChanges(TableDefinition definition, TableSchema old, TargetTable next) {
        plain(definition, next).forEach((name, from) -> {
            TargetColumn to = next.column(name).orElse(null);
            int index = indexOf(old, from);
            if (to != null && index >= 0) {
                check(old.columns().get(index), index, to);
            }
        });
    }

    private static Map<String, String> plain(TableDefinition definition, TargetTable next) {
        Map<String, String> plain = new LinkedHashMap<>();
        if (definition.columns() == null) {
            next.columns().forEach(column -> plain.put(column.name(), column.name()));
        } else {
            definition.columns().forEach((name, expression) -> put(plain, name, expression));
        }
        definition.key().forEach((name, expression) -> put(plain, name, expression));
        return plain;
    }

    private static void put(Map<String, String> plain, String name, MappingExpression expression) {
        @Nullable String column = expression.plainColumn();
        plain.remove(name);
        if (column != null) {
            plain.put(name, column);
        }
    }

    private static int indexOf(TableSchema old, String name) {
        for (int i = 0; i < old.columns().size(); i++) {
            if (old.columns().get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private void check(Column from, int index, TargetColumn to) {
        String base = from.baseType();
        // of a decimal into another one, of a moment into a date or a time, MySQL makes a note: it is refused
        boolean moment = base.equals("datetime") || base.equals("timestamp");
        boolean rounded = (base.equals("decimal") && to.isInteger())
                || (moment && (to.type().equals("datetime") || to.type().equals("timestamp")))
                || (base.equals("time") && to.type().equals("time"));
        int digits = digits(to.fullType());
        if (rounded && digits(from.mysqlType()) > digits) {
            add(to, index, "rounded to " + digits + " digits after the point", text -> significant(text) > digits);
        }
        if (base.equals("double") && to.type().equals("float")) {
            add(to, index, "it has more digits than a float", text -> {
                double exact = Double.parseDouble(text);
                return (float) exact != exact;
            });
        }
        if (to.type().equals("char") && from.isText() && !base.equals("char")) {
            add(to, index, "blanks at its end are lost", text -> text.endsWith(" "));
        }
    }

    private void add(TargetColumn to, int index, String what, Predicate<String> changes) {
        checks.add(new Check(to.name(), index, what, changes));
    }

    private static int digits(String type) {
        Matcher digits = DIGITS.matcher(type);
        boolean counted = digits.find() && (type.contains(",") || !type.startsWith("decimal"));
        boolean point = type.startsWith("decimal") || type.startsWith("datetime") || type.startsWith("time");
        return counted && point ? Integer.parseInt(digits.group(1)) : 0;
    }

    /** Digits after the point without the zeros at the end. */
    private static int significant(String text) {
        int point = text.indexOf('.');
        return point < 0 ? 0 : text.replaceFirst("0+$", "").length() - point - 1;
    }

    void count(Row row, String key, Hazards hazards) {
        for (Check check : checks) {
            String text = row.get(check.index());
            if (text != null && check.changes().test(text)) {
                hazards.add(Hazard.Kind.changed, "column " + check.column() + ": " + check.what(), key);
            }
        }
    }
}

package io.changeover.apply.preflight;

import io.changeover.apply.target.MetadataSchema;
import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The privileges that apply needs on a target, and which of them the connected user does not have. Immutable. */
public final class TargetGrants {

    private static final List<String> ROWS = List.of("SELECT", "INSERT", "UPDATE", "DELETE");
    private static final List<String> OWN =
            List.of("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "CREATE TEMPORARY TABLES");

    private static final Pattern GRANT = Pattern.compile(
            "GRANT (.+) ON (?:TABLE )?(\\*|`(?:[^`]|``)*`)\\.(\\*|`(?:[^`]|``)*`) TO .*", Pattern.DOTALL);

    /** Privileges on the schemas and tables that match. */
    private record Granted(Pattern schema, Pattern table, Set<String> privileges) {

        boolean covers(String inSchema, String inTable, String privilege) {
            return (privileges.contains(privilege) || privileges.contains("ALL PRIVILEGES"))
                    && schema.matcher(inSchema).matches()
                    && table.matcher(inTable).matches();
        }
    }

    private final String user;
    private final List<Granted> granted;

    private TargetGrants(String user, List<Granted> granted) {
        this.user = user;
        this.granted = granted;
    }

    /** What the connected user has, active roles included. */
    public static TargetGrants of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String user;
            String roles;
            try (ResultSet row = statement.executeQuery("SELECT CURRENT_USER(), CURRENT_ROLE()")) {
                row.next();
                user = quotedUser(row.getString(1));
                roles = row.getString(2);
            }
            List<Granted> granted = new ArrayList<>();
            String using = roles == null || roles.equals("NONE") ? "" : " USING " + roles;
            try (ResultSet rows = statement.executeQuery("SHOW GRANTS FOR CURRENT_USER()" + using)) {
                while (rows.next()) {
                    Matcher grant = GRANT.matcher(rows.getString(1));
                    if (grant.matches()) {
                        granted.add(new Granted(
                                pattern(grant.group(2), true),
                                pattern(grant.group(3), false),
                                new HashSet<>(Arrays.asList(
                                        grant.group(1).toUpperCase(Locale.ROOT).split(", ")))));
                    }
                }
            }
            return new TargetGrants(user, granted);
        }
    }

    private static String quotedUser(String user) {
        int at = user.lastIndexOf('@');
        return "'" + user.substring(0, at) + "'@'" + user.substring(at + 1) + "'";
    }

    /** A schema's name in a grant is a LIKE pattern. */
    private static Pattern pattern(String name, boolean like) {
        if (name.equals("*")) {
            return Pattern.compile(".*", Pattern.DOTALL);
        }
        String text = name.substring(1, name.length() - 1).replace("``", "`");
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (like && c == '\\' && i + 1 < text.length()) {
                i++;
                regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
            } else if (like && c == '%') {
                regex.append(".*");
            } else if (like && c == '_') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** Every statement that apply needs for these tables, whoever has what. */
    public List<String> required(Collection<TableName> tables) {
        return statements(tables, false);
    }

    /** The statements that give what is missing; empty when nothing is. */
    public List<String> missing(Collection<TableName> tables) {
        return statements(tables, true);
    }

    private List<String> statements(Collection<TableName> tables, boolean onlyMissing) {
        List<String> statements = new ArrayList<>();
        Set<String> own = needed(OWN, MetadataSchema.SCHEMA, "any", onlyMissing);
        if (!own.isEmpty()) {
            statements.add("GRANT " + String.join(", ", own) + " ON `" + MetadataSchema.SCHEMA + "`.* TO " + user);
        }
        for (TableName table : new LinkedHashSet<>(tables)) {
            List<String> wanted = new ArrayList<>(ROWS);
            wanted.add("ALTER"); // for the version column
            wanted.add("TRIGGER"); // without it triggers are not shown
            Set<String> privileges = needed(wanted, table.schema(), table.table(), onlyMissing);
            if (!privileges.isEmpty()) {
                statements.add("GRANT " + String.join(", ", privileges) + " ON " + table.quoted() + " TO " + user);
            }
        }
        return statements;
    }

    private Set<String> needed(List<String> wanted, String schema, String table, boolean onlyMissing) {
        Set<String> needed = new LinkedHashSet<>(wanted);
        if (onlyMissing) {
            needed.removeIf(privilege -> granted.stream().anyMatch(grant -> grant.covers(schema, table, privilege)));
        }
        return needed;
    }
}

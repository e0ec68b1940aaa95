package io.changeover.deploy.grants;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the connected account has, with its active roles, read from {@code SHOW GRANTS}.
 *
 * @param account the account as SQL: {@code 'capture'@'%'}
 */
public record HeldGrants(String account, List<Scope> scopes) {

    private static final Pattern LINE =
            Pattern.compile("GRANT (.+) ON (?:TABLE )?(\\*|`(?:[^`]|``)+`)\\.(\\*|`(?:[^`]|``)+`) TO .*");

    /** One line of {@code SHOW GRANTS}. */
    record Scope(Set<String> privileges, String schema, String table) {

        boolean covers(Grant needed, String privilege) {
            boolean here = schema.equals("*")
                    || (table.equals("*") && like(schema, needed.schema()))
                    || (schema.equals(needed.schema()) && table.equals(needed.table()));
            return here && (privileges.contains("ALL PRIVILEGES") || privileges.contains(privilege));
        }

        /** In the name of a schema {@code _} and {@code %} are wildcards, unless escaped. */
        private static boolean like(String pattern, String schema) {
            StringBuilder regex = new StringBuilder();
            for (int i = 0; i < pattern.length(); i++) {
                char c = pattern.charAt(i);
                if (c == '\\' && i + 1 < pattern.length()) {
                    i++;
                    regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
                } else if (c == '%' || c == '_') {
                    regex.append(c == '%' ? ".*" : ".");
                } else {
                    regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
            return schema.matches(regex.toString());
        }
    }

    public HeldGrants {
        scopes = List.copyOf(scopes);
    }

    public static HeldGrants read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String account = one(statement, "SELECT CURRENT_USER()");
            int at = account.lastIndexOf('@');
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SHOW GRANTS" + roles(statement))) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return new HeldGrants(
                    "'" + account.substring(0, at) + "'@'" + account.substring(at + 1) + "'", parse(lines));
        }
    }

    /** MySQL 8 shows what a role gives only when it is asked for the role. */
    private static String roles(Statement statement) throws SQLException {
        try {
            String active = one(statement, "SELECT CURRENT_ROLE()");
            return active.equals("NONE") ? "" : " FOR CURRENT_USER() USING " + active;
        } catch (SQLException e) {
            return ""; // 5.7 has no roles
        }
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    static List<Scope> parse(List<String> lines) {
        List<Scope> scopes = new ArrayList<>();
        for (String line : lines) {
            Matcher grant = LINE.matcher(line);
            if (grant.matches()) {
                Set<String> privileges = new TreeSet<>();
                Arrays.stream(grant.group(1).split(","))
                        .map(privilege -> privilege.strip().toUpperCase(Locale.ROOT))
                        .forEach(privileges::add);
                scopes.add(new Scope(privileges, unquoted(grant.group(2)), unquoted(grant.group(3))));
            }
        }
        return scopes;
    }

    private static String unquoted(String name) {
        return name.equals("*") ? name : name.substring(1, name.length() - 1).replace("``", "`");
    }

    /** Whether every privilege of {@code needed} is there. */
    public boolean include(Grant needed) {
        return needed.privileges().stream()
                .allMatch(privilege -> scopes.stream().anyMatch(scope -> scope.covers(needed, privilege)));
    }
}

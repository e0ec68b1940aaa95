package io.changeover.transport.definition;

import io.changeover.transport.problem.NearestName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's built-in functions as a mapping sees them. Only those are allowed that are known to depend on their arguments
 * alone; a stored or loaded function may be missing, or another one, on the other server.
 */
final class MySqlFunctions {

    /** Source: MySQL 8.0 reference manual, "Built-In Function and Operator Reference". */
    private static final Set<String> ALLOWED = words("""
            ABS ACOS ADDDATE ADDTIME AES_DECRYPT AES_ENCRYPT ASCII ASIN ATAN ATAN2 BIN BIN_TO_UUID BIT_COUNT BIT_LENGTH CAST
            CEIL CEILING CHAR CHARACTER_LENGTH CHAR_LENGTH CHARSET COALESCE COERCIBILITY COLLATION COMPRESS CONCAT CONCAT_WS
            CONV CONVERT CONVERT_TZ COS COT CRC32 DATE DATEDIFF DATE_ADD DATE_FORMAT DATE_SUB DAY DAYNAME DAYOFMONTH DAYOFWEEK
            DAYOFYEAR DEGREES ELT EXP EXPORT_SET EXTRACT EXTRACTVALUE FIELD FIND_IN_SET FLOOR FORMAT FROM_BASE64 FROM_DAYS
            FROM_UNIXTIME GREATEST HEX HOUR IF IFNULL INET6_ATON INET6_NTOA INET_ATON INET_NTOA INSERT INSTR INTERVAL IS_IPV4
            IS_IPV4_COMPAT IS_IPV4_MAPPED IS_IPV6 IS_UUID ISNULL JSON_ARRAY JSON_ARRAY_APPEND JSON_ARRAY_INSERT JSON_CONTAINS
            JSON_CONTAINS_PATH JSON_DEPTH JSON_EXTRACT JSON_INSERT JSON_KEYS JSON_LENGTH JSON_MERGE_PATCH
            JSON_MERGE_PRESERVE JSON_OBJECT JSON_OVERLAPS JSON_PRETTY JSON_QUOTE JSON_REMOVE JSON_REPLACE JSON_SCHEMA_VALID
            JSON_SEARCH JSON_SET JSON_TYPE JSON_UNQUOTE JSON_VALID JSON_VALUE LAST_DAY LCASE LEAST LEFT
            LENGTH LN LOCATE LOG LOG10 LOG2 LOWER LPAD LTRIM MAKEDATE MAKETIME MAKE_SET MD5 MICROSECOND MID MINUTE MOD MONTH
            MONTHNAME NULLIF OCT OCTET_LENGTH ORD PERIOD_ADD PERIOD_DIFF PI POSITION POW POWER QUARTER QUOTE RADIANS
            REGEXP_INSTR REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR REPEAT REPLACE REVERSE RIGHT ROUND RPAD RTRIM SECOND
            SEC_TO_TIME SHA SHA1 SHA2 SIGN SIN SOUNDEX SPACE SQRT STRCMP STR_TO_DATE ST_ASBINARY ST_ASGEOJSON ST_ASTEXT
            ST_ASWKB ST_ASWKT ST_GEOMFROMGEOJSON ST_GEOMFROMTEXT ST_GEOMFROMWKB ST_LATITUDE ST_LONGITUDE ST_SRID
            ST_SWAPXY ST_X ST_Y SUBDATE SUBSTR SUBSTRING SUBSTRING_INDEX SUBTIME TAN TIME TIMEDIFF TIMESTAMP TIMESTAMPADD
            TIMESTAMPDIFF TIME_FORMAT TIME_TO_SEC TO_BASE64 TO_DAYS TO_SECONDS TRIM TRUNCATE UCASE UNCOMPRESS
            UNCOMPRESSED_LENGTH UNHEX UNIX_TIMESTAMP UPDATEXML UPPER UUID_TO_BIN WEEK WEEKDAY WEEKOFYEAR WEIGHT_STRING YEAR
            YEARWEEK POINT LINESTRING POLYGON""");

    /** Words before a parenthesis that call nothing: operators, and the types of CAST. */
    private static final Set<String> NO_CALLS = words("""
            AND OR XOR NOT IN LIKE REGEXP RLIKE BETWEEN DIV CASE WHEN THEN ELSE END IS ESCAPE FROM FOR USING OF AS BINARY
            NCHAR VARCHAR VARBINARY DECIMAL NUMERIC DATETIME FLOAT DOUBLE SIGNED UNSIGNED""");

    private static final Set<String> BARE = words("""
            CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME
            UTC_TIMESTAMP""");

    private static final Map<String, String> REASONS = new HashMap<>();

    static {
        because(
                "depends on when it runs",
                "NOW SYSDATE CURDATE CURTIME CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE"
                        + " UTC_TIME UTC_TIMESTAMP");
        because("gives another value each time", "RAND RANDOM_BYTES UUID UUID_SHORT");
        because(
                "depends on the server or the session",
                "CONNECTION_ID CURRENT_USER USER SESSION_USER SYSTEM_USER CURRENT_ROLE ROLES_GRAPHML DATABASE SCHEMA VERSION"
                        + " LAST_INSERT_ID ROW_COUNT FOUND_ROWS ICU_VERSION PS_CURRENT_THREAD_ID PS_THREAD_ID"
                        + " STATEMENT_DIGEST STATEMENT_DIGEST_TEXT DEFAULT VALUES NAME_CONST");
        because(
                "acts instead of computing",
                "SLEEP GET_LOCK RELEASE_LOCK RELEASE_ALL_LOCKS IS_FREE_LOCK IS_USED_LOCK BENCHMARK LOAD_FILE"
                        + " MASTER_POS_WAIT SOURCE_POS_WAIT WAIT_FOR_EXECUTED_GTID_SET WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS"
                        + " GTID_SUBSET GTID_SUBTRACT");
        because(
                "needs more than one row",
                "COUNT SUM AVG MIN MAX GROUP_CONCAT BIT_AND BIT_OR BIT_XOR STD STDDEV STDDEV_POP STDDEV_SAMP VARIANCE"
                        + " VAR_POP VAR_SAMP JSON_ARRAYAGG JSON_OBJECTAGG ANY_VALUE GROUPING OVER ROW_NUMBER RANK DENSE_RANK"
                        + " PERCENT_RANK CUME_DIST NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE ST_COLLECT");
        because("needs an index", "MATCH AGAINST");
    }

    private MySqlFunctions() {}

    /** Whether the word, unquoted, is a function even where no parenthesis follows. */
    static boolean isCalledWithoutParentheses(String word) {
        return BARE.contains(word);
    }

    /**
     * @param word the function's name in upper case
     * @param bare whether it has no argument
     */
    static @Nullable String reasonToRefuse(String word, boolean bare) {
        if (word.equals("UNIX_TIMESTAMP") && bare) {
            return "UNIX_TIMESTAMP() without an argument depends on when it runs";
        }
        if (ALLOWED.contains(word) || NO_CALLS.contains(word)) {
            return null;
        }
        String reason = REASONS.get(word);
        if (reason != null) {
            return "function " + word + " " + reason;
        }
        return "function " + word + " is not a built-in one of MySQL" + NearestName.hint(word, ALLOWED);
    }

    private static void because(String reason, String names) {
        words(names).forEach(name -> REASONS.put(name, reason));
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(Arrays.asList(text.trim().split("\\s+")));
    }
}

package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import io.debezium.antlr.AntlrDdlParserListener;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.antlr.listener.MySqlAntlrDdlParserListener;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.AlterTableContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CreateTableContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.RenameTableStatementContext;
import io.debezium.relational.TableId;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;

/** The engine's parser, which also hands out what it leaves aside: foreign keys are none of its business. */
final class DdlParser extends MySqlAntlrDdlParser {

    private final List<ParserRuleContext> statements = new ArrayList<>();

    /** The trees of what was parsed last: CREATE TABLE, ALTER TABLE and RENAME TABLE. */
    List<ParserRuleContext> statements() {
        return statements;
    }

    /** The table that a part of a statement names. */
    TableName tableName(ParserRuleContext table, String database) {
        TableId id = parseQualifiedTableId(table);
        String schema = id.catalog() == null || id.catalog().isEmpty() ? database : id.catalog();
        return new TableName(schema, id.table());
    }

    @Override
    protected AntlrDdlParserListener createParseTreeWalkerListener() {
        statements.clear();
        return new MySqlAntlrDdlParserListener(this) {
            @Override
            public void exitEveryRule(ParserRuleContext rule) {
                super.exitEveryRule(rule);
                if (rule instanceof CreateTableContext
                        || rule instanceof AlterTableContext
                        || rule instanceof RenameTableStatementContext) {
                    statements.add(rule);
                }
            }
        };
    }
}

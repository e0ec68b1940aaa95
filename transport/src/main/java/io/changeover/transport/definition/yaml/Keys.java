package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.Recurrence;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.definition.yaml.Key.Shape;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every key of the definition with its meaning, type and default: the one place that says what may be written. */
final class Keys {

    static final Key<String> PIPELINE =
            Key.required("pipeline", Values.NAME, "Name of the pipeline; every topic's name begins with it.");

    static final Key<String> KAFKA = Key.many(
            "kafka",
            Shape.MAP,
            Values.ANY_TEXT,
            true,
            "Properties of every Kafka client; `bootstrap.servers` must be among them.");

    static final Key<Integer> PARTITIONS = Key.withDefault(
            "partitions", Values.PARTITIONS, "4", "Partitions of each row topic. Cannot be changed later.");
    static final Key<Integer> REPLICATION =
            Key.withDefault("replication", Values.REPLICATION, "broker", "Replicas of each topic that is created.");
    static final Key<Duration> RETENTION = Key.withDefault(
            "retention",
            Values.DURATION,
            "7d",
            "How long rows and DDL stay in their topics, and so how far back replay reaches.");
    static final Key<Integer> MAX_MESSAGE =
            Key.withDefault("maxMessage", Values.SIZE, "16MiB", "Largest record batch of a row topic.");
    static final Key<EnumForm> ENUM = Key.withDefault(
            "enum",
            ValueType.oneOf(EnumForm.class),
            "number",
            "How row messages show ENUM and SET: index and bitmask as Canal does, or the label, of a SET with commas between."
                    + " Message keys keep the number.");
    static final Key<BinaryForm> BINARY = Key.withDefault(
            "binary",
            ValueType.oneOf(BinaryForm.class),
            "latin1",
            "How row messages show BINARY, VARBINARY, BLOB and geometries: each byte as the character of its number as Canal"
                    + " does, or Base64. Message keys keep the characters.");
    static final Key<Boolean> TOMBSTONES = Key.withDefault(
            "tombstones",
            Values.FLAG,
            "false",
            "Whether a record with the same key and a null value follows the message of each delete.");
    static final Key<String> TOPICS = Key.nested(
            "topics",
            Shape.SECTION,
            false,
            "What is asked of the topics.",
            List.of(PARTITIONS, REPLICATION, RETENTION, MAX_MESSAGE, ENUM, BINARY, TOMBSTONES));

    static final Key<String> HOST = Key.required("host", Values.TEXT, "Name or address of the MySQL server.");
    static final Key<Integer> PORT = Key.withDefault("port", Values.PORT, "3306", "Its port.");
    static final Key<String> USER = Key.required("user", Values.TEXT, "The account that Changeover uses there.");
    static final Key<Secret> PASSWORD = Key.required(
            "password", Values.SECRET, "Its password; one that stands in a file is looked up for each connection.");
    static final Key<TlsMode> TLS = Key.withDefault(
            "tls",
            ValueType.oneOf(TlsMode.class),
            "verify_identity",
            "Encryption of the connection, as MySQL's `--ssl-mode`: with the certificate and its host name verified, with the"
                    + " certificate verified, encrypted only, or not at all.");
    static final Key<String> TLS_CA = Key.optional(
            "tlsCa", Values.TEXT, "PEM file of the certificates to trust; without it those that the JVM trusts.");

    static final Key<StartMode> START = Key.withDefault(
            "start",
            Values.START,
            "snapshot",
            "Where capture begins the first time: with all rows, with what is written from now on, or after a GTID set whose"
                    + " rows were loaded elsewhere. A table that joins later is read with all its rows, except with `now`:"
                    + " then it begins with what is written from then on, too.");
    static final Key<Integer> READERS = Key.withDefault(
            "readers",
            Values.READERS,
            "2",
            "Connections that read rows at the same time, over all tables of the source: of several tables, and of the parts of"
                    + " one.");
    static final Key<Integer> CHUNK_ROWS = Key.withDefault(
            "chunkRows",
            Values.CHUNK_ROWS,
            Integer.toString(BackfillSettings.CHUNK_ROWS),
            "The most rows that are read at once; fewer where they take longer than a quarter of a second, or are large.");
    // Where Percona's tools call a load critical by default. What a server bears cannot be asked of it, so the default
    // keeps away only from one that is in trouble; an offline replica never gets there.
    static final Key<Optional<Integer>> MAX_THREADS_RUNNING = Key.withDefault(
            "maxThreadsRunning",
            Values.THREADS,
            "50",
            "No rows are read while the server's `Threads_running`, which counts the readers, too, is above this.");
    // The messages of rows and stream leave by one road: whoever is a minute late with changes should not add to it.
    static final Key<Optional<Duration>> MAX_STREAM_LAG = Key.withDefault(
            "maxStreamLag",
            Values.DURATION_OR_OFF,
            "1m",
            "No rows are read while what the server committed that long ago is not published yet.");
    // Off: an offline replica may be late on purpose, and one that is late by our reading delays nobody but us.
    static final Key<Optional<Duration>> MAX_REPLICA_LAG = Key.withDefault(
            "maxReplicaLag",
            Values.DURATION_OR_OFF,
            "off",
            "No rows are read while the server is a replica that is further behind its own source than this.");
    static final Key<String> BACKFILL = Key.nested(
            "backfill",
            Shape.SECTION,
            false,
            "How the rows that are there already are read, by backfill and refresh, and when that waits.",
            List.of(READERS, CHUNK_ROWS, MAX_THREADS_RUNNING, MAX_STREAM_LAG, MAX_REPLICA_LAG));
    static final Key<String> SOURCES = Key.nested(
            "sources",
            Shape.NAMED_SECTIONS,
            true,
            "The old servers by name; the name is part of topic names.",
            List.of(HOST, PORT, USER, PASSWORD, TLS, TLS_CA, START, BACKFILL));

    static final Key<VersionStore> VERSION_STORE = Key.withDefault(
            "versionStore",
            ValueType.oneOf(VersionStore.class),
            "column",
            "Where the version of each new row is kept: in an invisible column of its table (MySQL 8.0.23+), or in a side"
                    + " table.");
    // Off: what apply does not write now it has to write later; who waits for a busy target chose to be late.
    static final Key<Optional<Integer>> TARGET_THREADS_RUNNING = Key.withDefault(
            "maxThreadsRunning",
            Values.THREADS,
            "off",
            "Apply reads nothing more while the server's `Threads_running`, which counts apply, too, is above this.");
    static final Key<Duration> KEEP_TOMBSTONES = Key.withDefault(
            "keepTombstones",
            Values.DURATION,
            "7d",
            "How long a delete is remembered at least; longer while the topic has its message, or something older waits.");
    static final Key<String> TARGETS = Key.nested(
            "targets",
            Shape.NAMED_SECTIONS,
            true,
            "The servers of the new schema by name.",
            List.of(HOST, PORT, USER, PASSWORD, TLS, TLS_CA, VERSION_STORE, TARGET_THREADS_RUNNING, KEEP_TOMBSTONES));

    static final Key<TablePlace> SOURCE = Key.required(
            "source",
            Values.PLACE,
            "The old table; `source.schema.*` takes every table of the schema that has no entry of its own, or"
                    + " only entries with a `part`.");
    static final Key<TablePlace> TARGET =
            Key.required("target", Values.PLACE, "The new table; `target.schema.*` where the source ends in `*`.");
    static final Key<MappingExpression> KEY = Key.many(
            "key",
            Shape.MAP,
            Values.EXPRESSION,
            false,
            "New key column to old key column or constant; without it the same names.");
    static final Key<MappingExpression> COLUMNS = Key.many(
            "columns",
            Shape.MAP,
            Values.EXPRESSION,
            false,
            "New column to expression; without it every column that both tables have is copied.");
    static final Key<MappingExpression> WHERE =
            Key.optional("where", Values.EXPRESSION, "Rows for which it is not true are absent from the new table.");

    static final Key<MappingExpression> BY = Key.required("by", Values.EXPRESSION, "Number of a row's shard, from 0.");
    static final Key<Integer> COUNT = Key.required("count", Values.SHARDS, "How many shards there are.");
    static final Key<String> SHARD_TABLE =
            Key.required("table", Values.SHARD_TABLE, "Name of a shard's table; `{shard}` stands for its number.");
    static final Key<String> SHARD_TARGETS = Key.many(
            "targets",
            Shape.LIST,
            Values.NAME,
            false,
            "The servers of the shards: shard i is on the i*n/count-th of the n; without it all are on the target's.");
    static final Key<String> SHARDS = Key.nested(
            "shards",
            Shape.SECTION,
            false,
            "Spreads the rows over several new tables.",
            List.of(BY, COUNT, SHARD_TABLE, SHARD_TARGETS));

    static final Key<OnError> ON_ERROR = Key.withDefault(
            "onError",
            ValueType.oneOf(OnError.class),
            "park",
            "A row that the new table refuses is kept aside with its reason, or stops the table.");
    static final Key<OnCollision> ON_COLLISION = Key.withDefault(
            "onCollision",
            Values.ON_COLLISION,
            "park",
            "A row whose key another source's row has already waits beside that one, or stops the table, or takes its place when"
                    + " it is of the preferred source; then the other one waits.");
    static final Key<Integer> PARK_LIMIT = Key.withDefault(
            "parkLimit",
            Values.ROWS,
            Integer.toString(TableDefinition.PARK_LIMIT),
            "Rows of the new table that may be parked at a time; one more stops the table.");
    static final Key<OnDdl> ON_DDL = Key.withDefault(
            "onDdl",
            ValueType.oneOf(OnDdl.class),
            "ignore",
            "When columns of the old table change: the table goes on where no mapped column may have got other values, or its"
                    + " capture stops in any case.");
    static final Key<String> TOPIC = Key.optional(
            "topic", Values.TOPIC, "Name of the row topic instead of `<pipeline>.<source>.<schema>.<table>`.");
    static final Key<String> PART = Key.optional(
            "part",
            Values.NAME,
            "Tells the entries of one old table apart, when its columns go to several new tables: all but one have a part."
                    + " That one comes from the wildcard where there is one.");
    static final Key<String> TRIGGERS = Key.many(
            "triggers",
            Shape.LIST,
            Values.TEXT,
            false,
            "Triggers of the new table that are known and wanted; any other one is refused.");
    static final Key<String> CASCADES = Key.many(
            "cascades",
            Shape.LIST,
            Values.TEXT,
            false,
            "Foreign keys of the old table whose `ON DELETE` or `ON UPDATE` rule is known to change rows without the binlog"
                    + " saying so: who names one here refreshes the rows that it has changed. Any other such key is refused,"
                    + " or stops the capture when a key of its parent changes.");
    static final Key<String> TABLES = Key.nested(
            "tables",
            Shape.SECTIONS,
            true,
            "The tables that move.",
            List.of(
                    SOURCE,
                    TARGET,
                    KEY,
                    COLUMNS,
                    WHERE,
                    SHARDS,
                    ON_ERROR,
                    ON_COLLISION,
                    PARK_LIMIT,
                    ON_DDL,
                    TOPIC,
                    PART,
                    TRIGGERS,
                    CASCADES));

    static final Key<Recurrence> EVERY = Key.withDefault(
            "every",
            Values.RECURRENCE,
            "15m",
            "When a table is compared again: so long after its last comparison began, or at these times.");
    static final Key<Boolean> REPAIR =
            Key.withDefault("repair", Values.FLAG, "false", "Whether rows that differ are sent again.");
    static final Key<Duration> PATIENCE = Key.withDefault(
            "patience",
            Values.DURATION,
            "60s",
            "How long is waited for what is under way, each time when rows that look different are looked at again. What is not"
                    + " there then could not be told, and is no difference.");
    static final Key<Integer> REPAIR_ROWS = Key.withDefault(
            "repairRows",
            Values.ROWS,
            "10000",
            "The most rows of a table that are sent again in one round: where more differ, the mapping may be wrong, and none is.");
    static final Key<Integer> REPAIR_PERCENT = Key.withDefault(
            "repairPercent",
            Values.PERCENT,
            "5",
            "The same, as a part of the rows; it holds from 100 differing rows on.");
    static final Key<Optional<Integer>> ROWS_PER_SECOND = Key.withDefault(
            "rowsPerSecond",
            Values.ROWS_PER_SECOND,
            "off",
            "No more rows of a table are read in a second, on each side. And none, whatever this says, while a server is busier"
                    + " than `maxThreadsRunning` or `maxReplicaLag` of the source's `backfill`, or the target's"
                    + " `maxThreadsRunning`.");
    static final Key<String> RECONCILE = Key.nested(
            "reconcile",
            Shape.SECTION,
            false,
            "The comparison of both sides.",
            List.of(EVERY, REPAIR, PATIENCE, REPAIR_ROWS, REPAIR_PERCENT, ROWS_PER_SECOND));

    static final Key<String> HTTP_HOST = Key.withDefault(
            "host",
            Values.TEXT,
            "127.0.0.1",
            "Name or address that is listened at; `0.0.0.0` is every one of the machine. Whoever reaches it may read: no password"
                    + " is asked for, and none is shown.");
    static final Key<Optional<Integer>> HTTP_PORT = Key.withDefault(
            "port",
            Values.PORT_OR_OFF,
            "off",
            "Port of `/livez`, `/readyz`, `/metrics` and `/status`. The same for every process; where several run on one machine,"
                    + " the option `--http` gives each its own.");
    static final Key<String> HTTP = Key.nested(
            "http",
            Shape.SECTION,
            false,
            "What `run`, `capture`, `apply` and `reconcile` tell orchestrators and Prometheus of themselves.",
            List.of(HTTP_HOST, HTTP_PORT));

    /** The keys at the top of the file. */
    static final List<Key<?>> ROOT = List.of(PIPELINE, KAFKA, TOPICS, SOURCES, TARGETS, TABLES, RECONCILE, HTTP);

    private Keys() {}
}

package io.changeover.deploy.trial;

import io.changeover.apply.mapping.RowMapper;
import io.changeover.apply.mapping.RowMapper.Mapped;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.MappedRow;
import io.changeover.capture.backfill.TableScan;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.SourceSchemas;
import io.changeover.capture.source.TableDdl;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.trial.TrialReport.TableTrial;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rows of old tables through their mappings into temporary tables in the image of the new ones: read as a backfill
 * reads, mapped and bound as apply does, so that what is said here is what would happen. Changes nothing that anybody sees.
 */
public final class DataTrial {

    private static final int CHUNK = 1000;
    private static final Version NO_VERSION = new Version(1, 0, 0, 0);

    private final PipelineDefinition pipeline;
    private final Terminal terminal;

    public DataTrial(PipelineDefinition pipeline, Terminal terminal) {
        this.pipeline = pipeline;
        this.terminal = terminal;
    }

    /**
     * Tries the tables; those that become one are tried together, so that their keys meet.
     *
     * @throws ChangeoverException (10, 11, 12, 13, 15, 17) when a table or server is not as it must be
     */
    public TrialReport run(List<TableDefinition> tables) {
        Map<Object, List<TableDefinition>> merged = new LinkedHashMap<>();
        tables.forEach(table -> merged.computeIfAbsent(table.destinations(), none -> new ArrayList<>())
                .add(table));
        List<TableTrial> trials = new ArrayList<>();
        for (List<TableDefinition> together : merged.values()) {
            try (TrialPlaces places = TrialPlaces.open(pipeline, together.get(0))) {
                for (int i = 0; i < together.size(); i++) {
                    trials.add(tried(together, i, places));
                }
            }
        }
        return new TrialReport(trials);
    }

    private TableTrial tried(List<TableDefinition> together, int number, TrialPlaces places) {
        TableDefinition table = together.get(number);
        MySqlServer source = MySqlServer.of(pipeline.source(table.sourceName()).server(), "plan");
        MySqlServer target = MySqlServer.of(
                pipeline.target(table.destinations().get(0).targetName()).server(), "plan");
        try (Connection connection = source.require();
                RowMapper mapper = new RowMapper(table, places.table(), target)) {
            CapturedTable old =
                    Objects.requireNonNull(SourceSchemas.captured(TableDdl.read(connection, List.of(table.source())))
                            .get(table.source()));
            return new Run(together, number, old, mapper, places, estimate(connection, table)).all(connection);
        } catch (SQLException e) {
            throw new ChangeoverException(
                    SqlFailure.of(e).problem("table " + table.label() + ", " + target.address()), e);
        }
    }

    private static long estimate(Connection connection, TableDefinition table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            query.setString(1, table.source().schema());
            query.setString(2, table.source().table());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** One table's. */
    private final class Run {

        private final List<TableDefinition> together;
        private final int number;
        private final CapturedTable old;
        private final RowMapper mapper;
        private final TrialPlaces places;
        private final SilentChanges changes;
        private final Hazards hazards = new Hazards();
        private final TrialPace pace;
        private final Map<Integer, Long> perShard = new TreeMap<>();
        private long rows;
        private long outside;

        Run(
                List<TableDefinition> together,
                int number,
                CapturedTable old,
                RowMapper mapper,
                TrialPlaces places,
                long estimate) {
            this.together = together;
            this.number = number;
            this.old = old;
            this.mapper = mapper;
            this.places = places;
            this.changes = new SilentChanges(table(), old.schema(), places.table());
            this.pace = new TrialPace(terminal, table().label(), estimate);
        }

        private TableDefinition table() {
            return together.get(number);
        }

        TableTrial all(Connection source) throws SQLException {
            try (Statement statement = source.createStatement()) {
                statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                TableScan scan = new TableScan(old);
                @Nullable Row last = null;
                List<Row> read;
                do {
                    read = scan.after(source, last, CHUNK);
                    take(read);
                    last = read.isEmpty() ? last : read.get(read.size() - 1);
                    pace.at(rows, hazards.rows());
                } while (read.size() == CHUNK);
                statement.execute("COMMIT");
            }
            String target = table().shards() == null
                    ? table().targetName() + "." + table().target()
                    : table().target().schema() + "." + table().shards().table();
            return new TableTrial(table().label(), target, rows, outside, perShard, hazards.list());
        }

        private void take(List<Row> read) throws SQLException {
            List<Received> events = new ArrayList<>();
            for (Row row : read) {
                Provenance from = Provenance.read(table().sourceName(), Origin.BACKFILL, 0);
                ChangeEvent event = ChangeEvent.inserted(old.schema(), row, NO_VERSION, from);
                events.add(new Received("", 0, 0, new byte[0], event, null));
            }
            rows += read.size();
            Map<Integer, List<MappedRow>> byPlace = new TreeMap<>();
            for (Mapped mapped : mapper.map(events)) {
                MappedRow image = mapped.image();
                if (image == null) {
                    outside++;
                    continue;
                }
                if (image.refusal() != null) {
                    boolean shard = image.refusal().startsWith("shard of the row");
                    hazards.add(
                            shard ? Hazard.Kind.shard : Hazard.Kind.expression,
                            image.refusal().replaceFirst("^shard of the row", "the shard"),
                            key(mapped.origin()));
                    continue;
                }
                if (table().shards() != null) {
                    perShard.merge(mapped.place(), 1L, Long::sum);
                }
                changes.count(row(mapped.origin()), key(mapped.origin()), hazards);
                byPlace.computeIfAbsent(mapped.place(), none -> new ArrayList<>())
                        .add(image);
            }
            for (Map.Entry<Integer, List<MappedRow>> place : byPlace.entrySet()) {
                int shard = place.getKey();
                places.at(shard).write(place.getValue(), number, (row, why) -> refused(shard, row, why));
            }
        }

        private void refused(int shard, MappedRow row, SqlFailure why) throws SQLException {
            String key = key(row.origin());
            if (why.kind() == SqlFailure.Kind.DATA) {
                hazards.add(Hazard.Kind.value, why.text(), key);
                return;
            }
            String index = places.at(shard).index(why);
            if (!index.equals("PRIMARY")) {
                hazards.add(Hazard.Kind.unique, "another row has the value in unique index " + index, key);
                return;
            }
            int origin = places.at(shard).originOf(row);
            if (origin < 0 || origin == number) {
                hazards.add(Hazard.Kind.key, "another row of the table has the key as the new table compares it", key);
            } else {
                hazards.add(
                        Hazard.Kind.collision,
                        "a row of " + together.get(origin).label() + " has the key",
                        key);
            }
        }

        private Row row(Received origin) {
            return Objects.requireNonNull(origin.event()).row();
        }

        /** {@code id=5}: as {@code --keys} takes it. */
        private String key(Received origin) {
            TableSchema schema = old.schema();
            List<String> parts = new ArrayList<>();
            for (String column : schema.keyColumns()) {
                parts.add(column + "=" + row(origin).get(schema, column));
            }
            return String.join(",", parts);
        }
    }
}

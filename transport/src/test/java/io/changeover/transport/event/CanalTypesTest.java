package io.changeover.transport.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanalTypesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tinyint(1)|-6",
                "tinyint unsigned|-6",
                "smallint|5",
                "mediumint|4",
                "int|4",
                "int(8) unsigned zerofill|4",
                "bigint unsigned|-5",
                "decimal(10,2)|3",
                "float|7",
                "double(10,3)|8",
                "bit(64)|-7",
                "date|91",
                "datetime(3)|93",
                "timestamp(6)|93",
                "time(6)|92",
                "year|12",
                "year(4)|12",
                "char(10)|1",
                "varchar(50)|12",
                "tinytext|2005",
                "text|2005",
                "mediumtext|2005",
                "longtext|2005",
                "binary(4)|2004",
                "varbinary(16)|2004",
                "tinyblob|2004",
                "blob|2004",
                "mediumblob|2004",
                "longblob|2004",
                "enum('a','unsigned')|4",
                "set('r','w')|-7",
                "json|12",
                "point|2004",
                "geomcollection|2004",
                "geometrycollection|2004",
                "multipolygon|2004"
            })
    void sqlType_isCanals(String mysqlType, int sqlType) {
        assertThat(CanalTypes.sqlType(mysqlType)).isEqualTo(sqlType);
        assertThat(Column.of("c", mysqlType).sqlType()).isEqualTo(sqlType);
    }
}

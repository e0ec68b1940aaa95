-- Every integer at both ends of its range; above the signed range, sqlType is that of a wider type. A change of the key is a
-- delete and an insert.
CREATE TABLE integers (
  id INT PRIMARY KEY,
  t TINYINT, tu TINYINT UNSIGNED, truth TINYINT(1), s SMALLINT, su SMALLINT UNSIGNED, m MEDIUMINT, mu MEDIUMINT UNSIGNED,
  i INT, iu INT UNSIGNED, filled INT(8) UNSIGNED ZEROFILL, b BIGINT, bu BIGINT UNSIGNED
);

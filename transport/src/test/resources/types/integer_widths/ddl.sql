-- Display widths, which 5.7 shows and 8.0 does not: the messages say the same of both. And the other names of types.
CREATE TABLE integer_widths (
  id INT(11) PRIMARY KEY,
  t TINYINT(4), tu TINYINT(3) UNSIGNED, s SMALLINT(6), m MEDIUMINT(9), i INTEGER(11), b BIGINT(20), bu BIGINT(20) UNSIGNED,
  truth BOOL, one INT1, two INT2, three INT3, middle MIDDLEINT, four INT4, eight INT8, whole DEC, exact NUMERIC(6,2),
  fixed_point FIXED(6,1), near FLOAT4, nearer FLOAT8, really REAL, twice DOUBLE PRECISION, c CHARACTER(3),
  v CHARACTER VARYING(3), n NATIONAL CHAR(3), nv NVARCHAR(3), txt LONG, bytes LONG VARBINARY
) DEFAULT CHARACTER SET utf8mb4;

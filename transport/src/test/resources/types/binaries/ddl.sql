-- Each byte is the character of the same number. BINARY(n) has all its bytes: the binlog leaves out zeros at the end.
CREATE TABLE binaries (
  id INT PRIMARY KEY,
  b4 BINARY(4), b1 BINARY, b255 BINARY(255), v VARBINARY(20), v300 VARBINARY(300), t TINYBLOB, b BLOB, m MEDIUMBLOB, l LONGBLOB
);

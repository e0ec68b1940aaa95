-- CHAR without blanks at its end, VARCHAR with them; empty is not NULL, and neither is the text NULL. Columns of more than 255
-- bytes have longer lengths in the binlog.
CREATE TABLE chars (
  id INT PRIMARY KEY,
  c10 CHAR(10), c1 CHAR, c255 CHAR(255), v10 VARCHAR(10), v63 VARCHAR(63), v64 VARCHAR(64), v500 VARCHAR(500),
  t TINYTEXT, x TEXT, m MEDIUMTEXT, l LONGTEXT
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Columns that SELECT * leaves out stand in every image at their place.
-- from MySQL 8.0.23
CREATE TABLE invisible_columns (
  id INT PRIMARY KEY, a INT INVISIBLE, b VARCHAR(10), c BINARY(2) INVISIBLE DEFAULT 'x'
) DEFAULT CHARACTER SET utf8mb4;

-- Columns that are made of others stand in every image, stored or not.
CREATE TABLE generated_columns (
  id INT PRIMARY KEY,
  a INT, virtual_sum INT AS (a + 1), name VARCHAR(20), stored_name VARCHAR(40) AS (CONCAT(name, '!')) STORED,
  doc JSON, city VARCHAR(20) AS (doc->>'$.city') VIRTUAL, b INT
) DEFAULT CHARACTER SET utf8mb4;

-- Columns that come, go and move while rows are there; what is added takes no rewriting, so old rows get their value from the
-- schema.
CREATE TABLE added_columns (id INT PRIMARY KEY, a INT) DEFAULT CHARACTER SET utf8mb4;

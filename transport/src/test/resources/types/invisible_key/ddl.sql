-- The key that MySQL makes for a table without one.
-- from MySQL 8.0.30
SET sql_generate_invisible_primary_key = ON;
CREATE TABLE invisible_key (a INT, b VARCHAR(10)) DEFAULT CHARACTER SET utf8mb4;
SET sql_generate_invisible_primary_key = OFF;

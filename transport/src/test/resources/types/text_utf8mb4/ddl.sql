-- Text in the character set utf8mb4.
CREATE TABLE text_utf8mb4 (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET utf8mb4;

-- Text in the character set utf8mb3, with a replacement character that was stored as such.
CREATE TABLE text_utf8mb3 (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET utf8mb3;

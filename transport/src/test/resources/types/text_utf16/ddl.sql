-- Text in the character set utf16.
CREATE TABLE text_utf16 (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET utf16;

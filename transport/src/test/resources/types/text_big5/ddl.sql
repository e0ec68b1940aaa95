-- Text in the character set big5, with the seven characters of the ETEN extension.
CREATE TABLE text_big5 (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET big5;

-- Text in the character set latin1, which is cp1252 to MySQL, with control characters in its five holes.
CREATE TABLE text_latin1 (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET latin1;

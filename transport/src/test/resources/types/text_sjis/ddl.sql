-- Text in the character set sjis, whose second bytes may be a backslash.
CREATE TABLE text_sjis (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET sjis;

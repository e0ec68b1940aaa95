-- Text in the character set gbk.
CREATE TABLE text_gbk (id INT PRIMARY KEY, c CHAR(20), v VARCHAR(50), t TEXT) DEFAULT CHARACTER SET gbk;

-- ENUM is the index of its member; 0 is the empty text of an invalid value, which is not a member '' (that has an index).
-- SHOW CREATE TABLE has a question mark for a member's emoji, on every version of MySQL.
CREATE TABLE enums (
  id INT PRIMARY KEY,
  plain ENUM('a', 'b', 'c'), odd ENUM('b,c', 'd''e', '', "double \"quotes\"", 'back\\slash', 'new\nline', '4', 'end  '),
  wide ENUM('ä', '😀', '日本') CHARACTER SET utf8mb4, narrow ENUM('ä', 'Ü') CHARACTER SET latin1
) DEFAULT CHARACTER SET utf8mb4;

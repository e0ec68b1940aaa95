-- Members that were put in another order before we came, and that were added behind the others while we are here. (An order
-- that changes while we are here ends the capture of the table.)
CREATE TABLE enums_reordered (id INT PRIMARY KEY, e ENUM('a', 'b', 'c'), s SET('x', 'y'));
INSERT INTO enums_reordered VALUES (-1, 'a', 'x'), (-2, 'c', 'x,y');
ALTER TABLE enums_reordered MODIFY e ENUM('c', 'b', 'a'), MODIFY s SET('y', 'x');

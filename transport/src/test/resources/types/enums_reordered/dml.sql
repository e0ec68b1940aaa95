UPDATE enums_reordered SET s = 'y' WHERE id = -1;
UPDATE enums_reordered SET s = 'x' WHERE id = -2;
INSERT INTO enums_reordered VALUES (1, 'a', 'x'), (2, 'c', 'x,y');
ALTER TABLE enums_reordered MODIFY e ENUM('c', 'b', 'a', 'd'), MODIFY s SET('y', 'x', 'z');
INSERT INTO enums_reordered VALUES (3, 'd', 'z,x'), (4, 'a', 'y'), (5, NULL, NULL);
UPDATE enums_reordered SET e = 'b' WHERE id < 3;

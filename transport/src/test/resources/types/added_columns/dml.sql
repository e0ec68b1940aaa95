INSERT INTO added_columns VALUES (1, 1), (2, NULL);
ALTER TABLE added_columns ADD b VARCHAR(10) NOT NULL DEFAULT 'ä', ADD n INT;
INSERT INTO added_columns VALUES (3, 3, 'three', 3);
UPDATE added_columns SET n = 0 WHERE id < 3;
ALTER TABLE added_columns ADD first_one DECIMAL(4,2) DEFAULT 1.5 FIRST, DROP n;
UPDATE added_columns SET a = 7;
ALTER TABLE added_columns MODIFY b VARCHAR(20) NOT NULL AFTER id, CHANGE a renamed BIGINT;
UPDATE added_columns SET renamed = 8;
INSERT INTO added_columns VALUES (9.99, 4, 'four', -1), (NULL, 5, '', NULL);

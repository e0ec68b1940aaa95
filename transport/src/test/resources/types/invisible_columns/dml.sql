INSERT INTO invisible_columns VALUES (1, 'one');
INSERT INTO invisible_columns (id, a, b, c) VALUES (2, 2, 'two', 'cc'), (3, NULL, NULL, NULL);
UPDATE invisible_columns SET a = 1 WHERE id = 1;

INSERT INTO generated_columns (id, a, name, doc, b) VALUES (1, 1, 'ä', '{"city": "Köln"}', 7), (2, NULL, NULL, NULL, NULL);
UPDATE generated_columns SET a = 5 WHERE id = 1;
UPDATE generated_columns SET name = 'b', doc = '{}' WHERE id = 1;

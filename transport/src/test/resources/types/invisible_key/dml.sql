INSERT INTO invisible_key VALUES (1, 'one'), (1, 'one'), (NULL, NULL);
UPDATE invisible_key SET b = 'two' LIMIT 1;

INSERT INTO years VALUES (1, '0000', 1901), (2, 2155, '0'), (3, 2000, 1970), (4, 0, '0000'), (5, NULL, NULL);

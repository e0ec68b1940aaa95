INSERT INTO integer_widths VALUES
  (1, -1, 1, -1, -1, -1, -1, 1, TRUE, 1, 2, 3, 4, 5, 6, 7, 8.9, 9.1, 0.1, 0.1, 0.1, 0.1, 'c', 'v', 'n', 'nv', 'text', 'b'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL);

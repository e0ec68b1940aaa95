INSERT INTO chars VALUES
  (1, 'a  ', ' ', 'b   ', 'a  ', ' ', 'x ', '  x  ', ' ', ' x ', '  ', 'x  '),
  (2, '', '', '', '', '', '', '', '', '', '', ''),
  (3, 'NULL', 'N', 'null', 'NULL', 'NULL', '\\N', 'null', 'NULL', 'NULL', 'null', 'Null'),
  (4, REPEAT('😀', 10), '€', REPEAT('€', 255), REPEAT('ä', 10), REPEAT('😀', 63), REPEAT('😀', 64), REPEAT('x', 500),
    REPEAT('x', 255), REPEAT('ä', 30000), REPEAT('y', 65536), REPEAT('z', 65536)),
  (5, 'tab\tnl\n', '\0', '"quoted" \\ it''s', 'a\0b', '$ref', '@type', '{"a": [1]}', 'a,b;c', '<&>', '\r\n', '%_'),
  (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

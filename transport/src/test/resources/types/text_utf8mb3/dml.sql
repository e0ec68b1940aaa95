INSERT INTO text_utf8mb3 VALUES
  (1, 'äß', '€日本', '\t'),
  (2, '', 'a\0b', _utf8 x'EFBFBD'),
  (3, 'a  ', 'a  ', REPEAT('€', 200)),
  (4, NULL, NULL, NULL);

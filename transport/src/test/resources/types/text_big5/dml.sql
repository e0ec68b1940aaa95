INSERT INTO text_big5 VALUES
  (1, '中文', '一乙丁', '，。、'),
  (2, _big5 x'F9D6F9D7', _big5 x'F9D8F9D9F9DAF9DBF9DC', _big5 x'A15C'),
  (3, '', _big5 x'B35CA55C', '功許'),
  (4, NULL, NULL, NULL);

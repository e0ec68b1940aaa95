INSERT INTO text_gbk VALUES
  (1, '中文', '丂丄龥', '中？'),
  (2, _gbk x'A892', _gbk x'8140A996FEA0', _gbk x'5C'),
  (3, '', 'a 中 b', REPEAT('国', 50)),
  (4, NULL, NULL, NULL);

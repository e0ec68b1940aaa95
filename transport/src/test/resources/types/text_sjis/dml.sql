INSERT INTO text_sjis VALUES
  (1, '日本', 'ｱｲｳ', '表ソ能'),
  (2, _sjis x'815C', _sjis x'815F', _sjis x'5C7E'),
  (3, '', _sjis x'835C955C', 'カナ'),
  (4, NULL, NULL, NULL);

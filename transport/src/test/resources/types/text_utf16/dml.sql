INSERT INTO text_utf16 VALUES
  (1, 'a😀', 'äß', '日本'),
  (2, '', _utf16 x'0000', _utf16 x'D83DDE00005C'),
  (3, 'a  ', 'a  ', '\n'),
  (4, NULL, NULL, NULL);

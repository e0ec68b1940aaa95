INSERT INTO text_charsets VALUES
  (1, 'plain', 'ąćęŁ', 'ğşıİ', 'āčēģ', 'αβγΩ', 'אבגש', 'äöü█', 'łńóś', 'Привет', 'čďěŽ', 'Привет', 'سلام', 'āčēģ', 'Привет', 'Їжак', 'äÿ∑', 'čďěŽ', 'สวัสดี', '日本ä', 'a😀', 'a😀', '中文', '中文😀㐀', '①髙表', '日本ｱ', '①日本', '한국뷁'),
  (2, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''),
  (3, 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~', 'a b~'),
  (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

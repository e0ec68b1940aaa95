INSERT INTO enums VALUES
  (1, 'a', 'b,c', 'ä', 'ä'),
  (2, 'c', 'd''e', '😀', 'Ü'),
  (3, 'not a member', '', '日本', 1),
  (4, 'b', 'double "quotes"', 1, 2),
  (5, 'a', 'back\\slash', 2, 'ü'),
  (6, 2, 'new\nline', 3, 1),
  (7, 3, 'not a member', 'Ä', 1),
  (8, 1, '4', 1, 1),
  (9, 1, 8, 1, 1),
  (10, NULL, NULL, NULL, NULL);

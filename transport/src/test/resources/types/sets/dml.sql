INSERT INTO sets VALUES
  (1, 'r,x', 'it''s', '8', '9', 'm63'),
  (2, '', '', '', '', ''),
  (3, 'w', '"q",ä😀', 255, 511, 0xFFFFFFFFFFFFFFFF + 0),
  (4, 'not a member', 'back\\slash', 1, 1, 'm0,m62,m63'),
  (5, 'x,r,w', 15, 128, 256, 'm32'),
  (6, NULL, NULL, NULL, NULL, NULL);

INSERT INTO text_utf8mb4 VALUES
  (1, '😀', '👩‍👩‍👧', '𝒳 ä é é'),
  (2, '', '\0', _utf8mb4 x'EFBFBDF48FBFBF'),
  (3, 'a  ', 'a  ', ' ﻿‍'),
  (4, NULL, NULL, NULL);

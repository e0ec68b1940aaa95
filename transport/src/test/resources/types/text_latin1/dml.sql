INSERT INTO text_latin1 VALUES
  (1, 'äöüß', '€ÿ', 'Œ‚ƒ„…†‡ˆ‰Š‹ŽŸ'),
  (2, _latin1 x'818D8F909D', _latin1 x'00A0FF', ''),
  (3, 'a  ', 'a  ', 'it''s "\\'),
  (4, NULL, NULL, NULL);

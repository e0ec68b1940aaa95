INSERT INTO binaries VALUES
  (1, x'0100', x'00', x'', x'00FF8041', x'00', x'00FF', x'C328', x'EDA080', x'FFFE'),
  (2, x'', x'FF', x'FF', x'', x'', x'', x'', x'', x''),
  (3, x'00FF0000', x'20', x'2000', 'NULL', REPEAT(x'80', 300), REPEAT(x'81', 255), REPEAT(x'82', 256), REPEAT(x'83', 65536),
    REPEAT(x'84', 65536)),
  (4, 'a', 'b', 'c ', 'a  ', 'it''s "\\', x'0A0D0900', x'E282', x'F09F98', x'7F8081'),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

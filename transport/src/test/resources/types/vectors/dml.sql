INSERT INTO vectors VALUES
  (1, TO_VECTOR('[1, -2.5, 3e10]'), TO_VECTOR('[0.1]')),
  (2, TO_VECTOR('[0]'), TO_VECTOR('[1,2,3,4]')),
  (3, NULL, NULL);

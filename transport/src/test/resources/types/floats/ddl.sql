-- The shortest text that is read back as the same number, as Java prints it; -0.0 is not 0.0.
CREATE TABLE floats (
  id INT PRIMARY KEY,
  f FLOAT, fu FLOAT UNSIGNED, fmd FLOAT(7,3), f24 FLOAT(24), f25 FLOAT(25), d DOUBLE, du DOUBLE UNSIGNED, dmd DOUBLE(10,3)
);

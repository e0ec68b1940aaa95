-- DATE and DATETIME with 0 to 6 digits of fraction, always that many; the days that no calendar had; year 1.
CREATE TABLE dates (
  id INT PRIMARY KEY,
  d DATE, t0 DATETIME, t1 DATETIME(1), t2 DATETIME(2), t3 DATETIME(3), t4 DATETIME(4), t5 DATETIME(5), t6 DATETIME(6)
);

-- TIME: negative, beyond a day, with 0 to 6 digits of fraction.
CREATE TABLE times (
  id INT PRIMARY KEY, t0 TIME, t1 TIME(1), t2 TIME(2), t3 TIME(3), t4 TIME(4), t5 TIME(5), t6 TIME(6)
);

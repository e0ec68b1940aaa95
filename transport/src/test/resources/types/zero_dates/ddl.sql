-- Dates that MySQL admits outside of its strict mode: zero, without a day or a month, the 31st of any month.
CREATE TABLE zero_dates (
  id INT PRIMARY KEY,
  d DATE NOT NULL, t0 DATETIME NOT NULL, t6 DATETIME(6) NULL, s0 TIMESTAMP NULL, s6 TIMESTAMP(6) NULL
);

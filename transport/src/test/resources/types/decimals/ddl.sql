-- Exactly as many digits behind the point as the column has, never an exponent; no zeros before the number, ZEROFILL or not.
CREATE TABLE decimals (
  id INT PRIMARY KEY,
  widest DECIMAL(65,30), whole DECIMAL(65,0), money DECIMAL(10,2), fraction DECIMAL(9,9), plain DECIMAL, u DECIMAL(5,1) UNSIGNED,
  filled DECIMAL(8,2) ZEROFILL
);

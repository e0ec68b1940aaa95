-- BIT(n) is an unsigned number.
CREATE TABLE bits (id INT PRIMARY KEY, b BIT, b1 BIT(1), b8 BIT(8), b9 BIT(9), b33 BIT(33), b64 BIT(64));

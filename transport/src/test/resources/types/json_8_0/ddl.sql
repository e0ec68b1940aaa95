-- What MySQL 5.7 prints otherwise: doubles without a fraction, the last of two values of one key, the types of bytes.
-- from MySQL 8.0
CREATE TABLE json_8_0 (id INT PRIMARY KEY, j JSON);

-- What MySQL 8.0 prints otherwise (json_8_0): doubles without a fraction, the first of two values of one key, the types of
-- bytes.
-- before MySQL 8.0
CREATE TABLE json_5_7 (id INT PRIMARY KEY, j JSON);

-- VECTOR is its bytes: floats of four bytes, lowest first.
-- from MySQL 9.0
CREATE TABLE vectors (id INT PRIMARY KEY, v VECTOR(3), big VECTOR);

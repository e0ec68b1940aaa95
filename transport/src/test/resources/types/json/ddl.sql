-- JSON is the text that MySQL prints for it.
CREATE TABLE json (id INT PRIMARY KEY, j JSON);

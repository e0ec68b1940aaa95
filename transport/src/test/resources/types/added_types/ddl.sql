-- Types as DDL in the binlog writes them, which has neither the lengths that SHOW CREATE TABLE adds nor its names.
CREATE TABLE added_types (id INT PRIMARY KEY) DEFAULT CHARACTER SET latin1;

-- The bytes that MySQL stores: the SRID in four bytes, lowest first, then WKB.
CREATE TABLE geometries (
  id INT PRIMARY KEY,
  g GEOMETRY, p POINT, l LINESTRING, a POLYGON, ps MULTIPOINT, ls MULTILINESTRING, `as` MULTIPOLYGON, c GEOMETRYCOLLECTION
);

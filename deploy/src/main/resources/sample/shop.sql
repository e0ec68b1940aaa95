-- The new schema: other names, money in cents, states as words, no test data.
CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE shop.customer (
  customer_id BIGINT UNSIGNED NOT NULL,
  login VARCHAR(40) NOT NULL,
  display_name VARCHAR(60) NULL,
  phone VARCHAR(20) NULL,
  tier ENUM('plain','silver','gold') NOT NULL,
  blocked TINYINT(1) NOT NULL,
  profile JSON NULL,
  joined_at DATETIME NOT NULL,
  PRIMARY KEY (customer_id),
  UNIQUE KEY uk_login (login)
);

CREATE TABLE shop.`order` (
  order_id BIGINT NOT NULL,
  buyer_id BIGINT UNSIGNED NOT NULL,
  amount_cents BIGINT NOT NULL,
  discount DECIMAL(6,4) NULL,
  status VARCHAR(16) NOT NULL,
  remark VARCHAR(200) NULL,
  paid_at DATETIME NULL,
  created_at DATETIME NOT NULL,
  changed_at TIMESTAMP(3) NOT NULL,
  PRIMARY KEY (order_id),
  KEY idx_buyer (buyer_id, created_at)
);

CREATE TABLE shop.order_line (
  order_id BIGINT NOT NULL,
  line INT NOT NULL,
  sku VARCHAR(32) NOT NULL,
  quantity INT NOT NULL,
  price_cents BIGINT NOT NULL,
  PRIMARY KEY (order_id, line),
  KEY idx_sku (sku)
);

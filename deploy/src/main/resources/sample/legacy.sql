-- The old schema as one finds it: grown over the years, keys and flags of several ages.
CREATE DATABASE trade DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE trade.t_user (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  login VARCHAR(40) NOT NULL,
  nick VARCHAR(60) NULL COMMENT 'free text, emoji and all',
  mobile CHAR(11) NOT NULL DEFAULT '',
  level TINYINT NOT NULL DEFAULT 0 COMMENT '0 plain, 1 silver, 2 gold',
  flags SET('vip','blocked','staff') NOT NULL DEFAULT '',
  ext JSON NULL,
  gmt_create DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uk_login (login)
);

CREATE TABLE trade.t_order (
  id BIGINT NOT NULL AUTO_INCREMENT,
  user_id BIGINT UNSIGNED NOT NULL,
  amount DECIMAL(12,2) NOT NULL,
  discount DECIMAL(6,4) NULL,
  status TINYINT NOT NULL DEFAULT 0 COMMENT '0 created, 1 paid, 2 shipped, 9 closed',
  is_test TINYINT(1) NOT NULL DEFAULT 0,
  remark VARCHAR(200) NULL,
  pay_time DATETIME NULL,
  gmt_create DATETIME NOT NULL,
  gmt_modified TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  KEY idx_user (user_id)
);

CREATE TABLE trade.t_order_item (
  order_id BIGINT NOT NULL,
  line_no INT NOT NULL,
  sku VARCHAR(32) NOT NULL,
  qty INT NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (order_id, line_no)
);

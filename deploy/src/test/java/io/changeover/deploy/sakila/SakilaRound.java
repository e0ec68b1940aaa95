package io.changeover.deploy.sakila;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * One round of the writer: transactions that change every table in every way. Rows of its own have ids that follow from the
 * round's number; they live through changes of everything, their keys included, and are deleted some rounds later. Keys that
 * others refer to are changed as an application must change them: without foreign key checks, and so without cascades, the
 * rows that refer to them in the same transaction.
 */
final class SakilaRound {

    private static final int LIFE = 3;

    private final int round;
    private final Random random;
    private final List<List<String>> transactions = new ArrayList<>();

    private SakilaRound(int round, Random random) {
        this.round = round;
        this.random = random;
    }

    /** The statements, by transaction. */
    static List<List<String>> transactions(int round, Random random) {
        SakilaRound one = new SakilaRound(round, random);
        one.births(id(round), small(round));
        one.changes(id(round), small(round));
        one.otherKeys(id(round));
        if (round >= LIFE) {
            one.deaths(id(round - LIFE), small(round - LIFE));
        }
        return one.transactions;
    }

    /** For SMALLINT UNSIGNED, beyond the delivered ids. */
    private static int id(int round) {
        return 20_000 + round;
    }

    /** For TINYINT UNSIGNED, beyond the signed range, used again when the row before is gone. */
    private static int small(int round) {
        return 128 + round % 100;
    }

    private void together(String... statements) {
        transactions.add(List.of(statements));
    }

    private int any(int bound) {
        return 1 + random.nextInt(bound);
    }

    private String bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return "x'" + HexFormat.of().formatHex(bytes) + "'";
    }

    /** Parents first. The triggers of film, customer, rental and payment fire. */
    private void births(int id, int small) {
        String point = "POINT(" + random.nextDouble() * 180 + " " + -random.nextDouble() * 90 + ")";
        together(
                "INSERT INTO country (country_id, country) VALUES (" + id + ", 'Åland " + round + "')",
                "INSERT INTO city (city_id, city, country_id) VALUES (" + id + ", 'Ω', " + id + ")",
                "INSERT INTO address (address_id, address, district, city_id, phone, location) VALUES (" + id
                        + ", 'Ünal Street', '', " + id + ", '', ST_GeomFromText('" + point + "'))");
        together("INSERT INTO language (language_id, name) VALUES (" + small + ", 'Klingon  ')");
        together("INSERT INTO category (category_id, name) VALUES (" + small
                + ", 'a'), (1, 'b') ON DUPLICATE KEY UPDATE name = CONCAT('Action ', VALUES(name), " + round + ")");
        together("INSERT INTO actor (actor_id, first_name, last_name, last_update) VALUES (" + id
                + ", 'ΣΊΣΥΦΟΣ', '', '1970-01-01 00:00:01'), (" + (id + 20_000) + ", '', 'ß', '2038-01-19 03:14:07')");
        together("INSERT INTO film (film_id, title, description, release_year, language_id, length, rating,"
                + " special_features, rental_rate, replacement_cost) VALUES (" + id + ", 'FILM " + round + "', "
                + (round % 2 == 0 ? "NULL" : "REPEAT('desc ', " + any(2000) + ")") + ", "
                + (round % 3 == 0 ? "NULL" : 1901 + random.nextInt(255)) + ", " + small + ", 65535, '"
                + (round % 2 == 0 ? "NC-17" : "G") + "', '"
                + (round % 2 == 0 ? "" : "Behind the Scenes,Trailers") + "', -99.99, 999.99)");
        together(
                "INSERT INTO film_actor (actor_id, film_id) VALUES (" + id + ", " + id + "), (" + id + ", " + any(1000)
                        + ")",
                "INSERT INTO film_category (film_id, category_id) VALUES (" + id + ", " + small + ")");
        together("INSERT INTO inventory (inventory_id, film_id, store_id) VALUES (" + item(id, 1) + ", " + id
                + ", 1), (" + item(id, 2) + ", " + id + ", 2)");
        together("INSERT INTO customer (customer_id, store_id, first_name, last_name, address_id) VALUES (" + id
                + ", 1, 'A', 'B', " + id + ")");
        together(
                "INSERT INTO rental (rental_id, rental_date, inventory_id, customer_id, staff_id) VALUES (" + id
                        + ", NOW(), " + item(id, 1) + ", " + id + ", 1), (-" + id + ", NOW(), " + item(id, 2) + ", "
                        + id + ", 2)",
                "INSERT INTO payment (payment_id, customer_id, staff_id, rental_id, amount, payment_date) VALUES (" + id
                        + ", " + id + ", 1, " + id + ", 0.01, NOW()), (" + (id + 20_000) + ", " + id + ", 2, -" + id
                        + ", -0.50, NOW())");
        together(
                "INSERT INTO staff (staff_id, first_name, last_name, address_id, picture, store_id, username, password)"
                        + " VALUES (" + small + ", 'N', 'N', 1, " + bytes(300) + ", 1, 'n', 'secret')",
                "INSERT INTO store (store_id, manager_staff_id, address_id) VALUES (" + small + ", " + small + ", 2)");
        together(
                "INSERT INTO film_text (film_id, title, description) VALUES (-" + id + ", 'of no film', NULL)",
                "REPLACE INTO film_text (film_id, title) VALUES (-" + id + ", 'replaced')");
    }

    /** MEDIUMINT UNSIGNED, beyond the signed range. */
    private static int item(int id, int copy) {
        return 16_000_000 + copy * 100_000 + id;
    }

    /** Of what is there: of one row, of many, of two tables in one statement, of unique values. */
    private void changes(int id, int small) {
        together("UPDATE actor SET last_name = CONCAT(LEFT(last_name, 30), '.') WHERE actor_id % 20 = " + any(19));
        together("UPDATE address SET location = ST_GeomFromText('LINESTRING(0 0, 1 " + any(50)
                + ")'), address2 = IF(address2 IS NULL, '', NULL), postal_code = ' x ' WHERE address_id = " + any(600));
        together(
                "UPDATE category SET name = LOWER(name) WHERE category_id = " + any(16),
                "UPDATE category SET name = UPPER(name) WHERE category_id = " + any(16));
        together("UPDATE city SET city = CONCAT('Ł', LEFT(city, 40)) WHERE city_id = " + any(600));
        together("UPDATE country SET country = 'Côte d''Ivoire\\\\\\n' WHERE country_id = " + any(109));
        together("UPDATE customer SET active = 1 - active, email = IF(email IS NULL, CONCAT(last_name, '@x'), NULL)"
                + " WHERE store_id = " + any(2) + " LIMIT 40");
        together("UPDATE film SET title = CONCAT('X', LEFT(title, 200)), special_features = 'Deleted Scenes',"
                + " original_language_id = language_id WHERE film_id % 100 = " + any(99));
        together("UPDATE film f JOIN film_category c ON c.film_id = f.film_id SET f.rating = 1 + f.film_id % 5,"
                + " c.last_update = '2020-02-29 00:00:00' WHERE f.film_id <= " + any(50));
        together("UPDATE film_actor SET last_update = '2001-01-01' WHERE actor_id = " + any(200));
        together("UPDATE film_text SET description = IF(description IS NULL, 'd', NULL) WHERE film_id = " + any(900));
        together("UPDATE film_category SET last_update = '2038-01-19 03:14:07' WHERE film_id < 30");
        together("UPDATE inventory SET store_id = 3 - store_id WHERE inventory_id = " + any(4000));
        together("UPDATE language SET name = IF(name = 'Italian', 'italiano ', 'Italian') WHERE language_id = 2");
        together("UPDATE payment SET amount = amount + 0.01 WHERE customer_id = " + any(599));
        together(
                "UPDATE rental SET return_date = IF(return_date IS NULL, NOW(), NULL) WHERE customer_id = " + any(599));
        together(
                "UPDATE staff SET password = IF(BINARY password = 'secret', 'SECRET', 'secret'), picture = "
                        + (round % 2 == 0 ? "NULL" : bytes(5000)) + " WHERE staff_id = " + any(2),
                "UPDATE staff SET picture = '' WHERE staff_id = " + small);
        // the shops' managers and the rentals' copies are unique: two change places, for a moment by way of a third
        int manager = 1 + round % 2;
        together(
                "SET foreign_key_checks = 0",
                "UPDATE store SET manager_staff_id = 0 WHERE store_id = 1",
                "UPDATE store SET manager_staff_id = " + manager + " WHERE store_id = 2",
                "UPDATE store SET manager_staff_id = " + (3 - manager) + " WHERE store_id = 1",
                "SET foreign_key_checks = 1");
        together(
                "UPDATE rental SET rental_date = '2030-01-01' WHERE customer_id = " + id,
                "UPDATE rental SET inventory_id = 1 WHERE rental_id = " + id,
                "UPDATE rental SET inventory_id = " + item(id, 1) + " WHERE rental_id = -" + id,
                "UPDATE rental SET inventory_id = " + item(id, 2) + " WHERE rental_id = " + id);
    }

    private void otherKeys(int id) {
        together("UPDATE film_actor SET actor_id = " + (id + 20_000) + " WHERE actor_id = " + id + " AND film_id = "
                + id);
        together("UPDATE film_category SET category_id = " + any(16) + " WHERE film_id = " + id);
        together("UPDATE film_text SET film_id = film_id + 5000 WHERE film_id = -" + id);
        together("UPDATE payment SET payment_id = payment_id + 15000 WHERE payment_id = " + (id + 20_000));
        together(
                "SET foreign_key_checks = 0",
                "UPDATE film SET film_id = film_id + 10000 WHERE film_id = " + id,
                "UPDATE film_actor SET film_id = film_id + 10000 WHERE film_id = " + id,
                "UPDATE film_category SET film_id = film_id + 10000 WHERE film_id = " + id,
                "UPDATE inventory SET film_id = film_id + 10000 WHERE film_id = " + id,
                "SET foreign_key_checks = 1");
    }

    /** Children first; a payment loses its rental by the application's own hand before the foreign key would do it. */
    private void deaths(int id, int small) {
        together(
                "DELETE FROM payment WHERE payment_id = " + id,
                "UPDATE payment SET rental_id = NULL WHERE customer_id = " + id,
                "DELETE FROM rental WHERE customer_id = " + id);
        together("DELETE FROM payment WHERE customer_id = " + id, "DELETE FROM customer WHERE customer_id = " + id);
        together(
                "DELETE FROM inventory WHERE film_id = " + (id + 10_000),
                "DELETE FROM film_category WHERE film_id = " + (id + 10_000),
                "DELETE FROM film_actor WHERE film_id = " + (id + 10_000) + " OR actor_id = " + id,
                "DELETE FROM film WHERE film_id = " + (id + 10_000));
        together("DELETE FROM actor WHERE actor_id IN (" + id + ", " + (id + 20_000) + ")");
        together("DELETE FROM category WHERE category_id = " + small);
        together("DELETE FROM language WHERE language_id = " + small);
        together("DELETE FROM store WHERE store_id = " + small, "DELETE FROM staff WHERE staff_id = " + small);
        together(
                "DELETE FROM address WHERE address_id = " + id,
                "DELETE FROM city WHERE city_id = " + id,
                "DELETE FROM country WHERE country_id = " + id);
        together("DELETE FROM film_text WHERE film_id = " + (5000 - id));
    }
}

/** A database that was not made for us, moved whole. */
@NullMarked
package io.changeover.deploy.sakila;

import org.jspecify.annotations.NullMarked;

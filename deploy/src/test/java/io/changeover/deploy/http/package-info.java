/** What a process answers, without the servers behind it. */
@org.jspecify.annotations.NullMarked
package io.changeover.deploy.http;

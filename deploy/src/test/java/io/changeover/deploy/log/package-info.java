@org.jspecify.annotations.NullMarked
package io.changeover.deploy.log;

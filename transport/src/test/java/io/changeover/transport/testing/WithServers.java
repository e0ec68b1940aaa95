package io.changeover.transport.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test class may take {@link TestingServers} as a parameter of its constructor and methods; they are closed after the
 * last class. Fails a class that leaves threads or connections.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({ServersExtension.class, LeakCheck.class})
public @interface WithServers {}

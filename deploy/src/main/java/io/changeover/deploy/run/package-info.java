/** Workers in this process: started in order, watched, stopped in reverse. */
@NullMarked
package io.changeover.deploy.run;

import org.jspecify.annotations.NullMarked;

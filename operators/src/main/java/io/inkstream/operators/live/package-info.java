/** How the live version enters the scoring job, and how images wait until there is one. */
package io.inkstream.operators.live;

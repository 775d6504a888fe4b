/** Training while samples arrive: one mini-batch after the other, one version for each checkpoint. */
package io.inkstream.operators.training;

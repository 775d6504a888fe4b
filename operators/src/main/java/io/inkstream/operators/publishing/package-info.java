/** A version's way out of the job: staged before the barrier, published when the checkpoint is complete. */
package io.inkstream.operators.publishing;

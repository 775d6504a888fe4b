/** Scoring by source, with the live version, which changes under way. */
package io.inkstream.operators.scoring;

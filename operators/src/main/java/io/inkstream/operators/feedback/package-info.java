/** What comes of labels that are late: they are joined with their images and with what was read in them. */
package io.inkstream.operators.feedback;

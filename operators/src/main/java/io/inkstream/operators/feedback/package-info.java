/**
 * What comes of labels that are late: they are joined with their images and with what was read in them, tell how well each
 * version reads, and stop one that reads worse.
 */
package io.inkstream.operators.feedback;

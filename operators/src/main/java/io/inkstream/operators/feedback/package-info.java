/**
 * What comes of labels that are late: they are joined with their images and with what was read in them, and tell how accurate
 * the versions are that are served.
 */
package io.inkstream.operators.feedback;

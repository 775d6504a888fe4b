/** What becomes of labels that come late: samples to train on, the accuracy of what is served, and the brake. */
package io.inkstream.operators.feedback;

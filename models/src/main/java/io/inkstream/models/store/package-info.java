/** The files of model versions in HDFS: written once, verified, renamed into place, never overwritten. */
package io.inkstream.models.store;

/** The jobs that users submit: each graph stands in its main class, top to bottom. */
package io.inkstream.jobs;

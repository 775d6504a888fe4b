/** What makes the files in {@code samples/}; nothing else uses it. */
package io.inkstream.datasets.tools;

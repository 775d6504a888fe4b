/** What the process of a task has to be like. */
package io.inkstream.operators.process;

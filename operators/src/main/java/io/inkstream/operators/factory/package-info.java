/** How Flink makes this module's operators on the TaskManagers. */
package io.inkstream.operators.factory;

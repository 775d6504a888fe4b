/** How Flink carries and stores messages: protobuf everywhere, so that streams and state evolve by protobuf's rules. */
package io.inkstream.operators.serialization;

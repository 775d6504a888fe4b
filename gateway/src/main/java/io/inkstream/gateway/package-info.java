/** The HTTP service on Kafka and the registry: it keeps nothing that another instance would miss. */
package io.inkstream.gateway;

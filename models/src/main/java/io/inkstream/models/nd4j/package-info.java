/** What ND4J makes by name: on a cluster it lies beside ND4J in Flink's {@code lib/}, since ND4J does not see the job jar. */
package io.inkstream.models.nd4j;

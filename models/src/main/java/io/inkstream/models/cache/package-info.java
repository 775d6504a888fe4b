/** What a host keeps of a model's versions, so that it can go on without HDFS and ZooKeeper. */
package io.inkstream.models.cache;

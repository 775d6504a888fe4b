/** Which versions exist and which one is live, kept in ZooKeeper; pointers and metadata, never weights. */
package io.inkstream.models.registry;

#!/usr/bin/env bash
# Makes the parent of the JobManagers' election before the first of them, so that ZooKeeper does not remove it when it is
# empty: docs/operations.md says why. For the one-shot `election` of compose.yaml.
set -euo pipefail

server=${ZOOKEEPER:-zookeeper:2181}
path=
for name in flink default leader latch; do
  path+=/$name
  # Where it is there already, this says so and fails.
  zkCli.sh -server "$server" create "$path" || zkCli.sh -server "$server" stat "$path"
done

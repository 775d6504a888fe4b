#!/usr/bin/env bash
# Creates the topics of one model where they are missing. For the one-shot `topics` of compose.yaml.
set -euo pipefail

brokers=${BOOTSTRAP_SERVERS:-kafka:9092}
model=${MODEL:-digits}
for topic in training images predictions labels rejected; do
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$brokers" --create --if-not-exists \
    --topic "$model.$topic" --partitions 4
done
/opt/kafka/bin/kafka-topics.sh --bootstrap-server "$brokers" --create --if-not-exists \
  --topic "$model.evaluations" --partitions 1 --config cleanup.policy=compact

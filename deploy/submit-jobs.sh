#!/usr/bin/env bash
# Submits all three jobs, each unless it is there already: a second one would fight with the first. For the one-shot
# `submit` of compose.yaml.
set -euo pipefail

model=${MODEL:-digits}
cluster=(-t remote -Drest.address="${JOBMANAGER:-jobmanager}" -Drest.port=8081)
places=(--model "$model" --bootstrap-servers kafka:9092 --zookeeper zookeeper:2181
  --root hdfs://namenode:8020/inkstream)
jobs=$(/opt/flink/bin/flink list "${cluster[@]}")

submit() {
  local name=$1 class=$2
  shift 2
  if [[ $jobs == *" : $model $name ("* ]]; then
    echo "$model $name is there already"
  else
    /opt/flink/bin/flink run -d "${cluster[@]}" -c "io.inkstream.jobs.$class" /opt/flink/usrlib/inkstream-jobs.jar \
      "${places[@]}" "$@"
  fi
}

submit training TrainingJob
submit scoring ScoringJob --parallelism 2 --cache /var/lib/inkstream/cache
submit feedback FeedbackJob --parallelism 1

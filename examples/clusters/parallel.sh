#!/bin/sh
# Filters a folder on several machines with GNU parallel over ssh, one shard per job. All machines must see the folders
# under the same path, and have convtool on their PATH.
#
#   parallel.sh HOSTS SHARDS KERNEL IN OUT
#
# HOSTS is a file for --sshloginfile, one machine per line: `2/node1` runs two jobs on node1 in parallel, `:` is this
# machine. A shard that fails runs once more; --resume skips finished outputs. jobs.log has the status of each shard,
# reports/ one JSON object per map, and errors/ one per failure.
set -eu
hosts=$1 shards=$2 kernel=$3 in=$4 out=$5
mkdir -p reports errors
seq "$shards" | parallel --sshloginfile "$hosts" --workdir "$PWD" --joblog jobs.log --retries 2 --quote \
  sh -c 'exec convtool apply --kernel "$1" --recursive --shard "$2" --resume --quiet \
    --json --errors "errors/$3.ndjson" --out "$4/" "$5" > "reports/$3.ndjson"' \
  convtool "$kernel" "{}/$shards" {} "$out" "$in"

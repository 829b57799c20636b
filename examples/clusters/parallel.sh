#!/bin/sh
# Filters a folder on several machines with GNU parallel: a shard each, over ssh. The folders lie where all of the
# machines see them under the same path, and convtool is on the path of each.
#
#   parallel.sh HOSTS SHARDS KERNEL IN OUT
#
# HOSTS is a file for --sshloginfile: a line each, `2/node1` for two jobs at a time on node1, `:` for this machine.
# A shard that fails runs once more; --resume leaves what is done alone. jobs.log has the status of each, reports/ and
# errors/ have a JSON object a map and a failure.
set -eu
hosts=$1 shards=$2 kernel=$3 in=$4 out=$5
mkdir -p reports errors
seq "$shards" | parallel --sshloginfile "$hosts" --workdir "$PWD" --joblog jobs.log --retries 2 --quote \
  sh -c 'exec convtool apply --kernel "$1" --recursive --shard "$2" --resume --quiet \
    --json --errors "errors/$3.ndjson" --out "$4/" "$5" > "reports/$3.ndjson"' \
  convtool "$kernel" "{}/$shards" {} "$out" "$in"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# parallel.sh FLEET N FOLDER [OPTION...]
# Audits a fleet in N shards, as many at once as there are cores, with GNU parallel (Debian: parallel), and
# merges them into FOLDER/results.jsonl. The options go to 'audit merge': --format html:fleet.html ...
# Started again with the same words, it goes on where it was; on another day, or with another fleet, it begins anew. AS_OF=DATE asks for another day than today.
set -euo pipefail
if [ "$#" -lt 3 ]; then
  echo "usage: parallel.sh FLEET N FOLDER [OPTION...]" >&2
  exit 2
fi
fleet=$1 shards=$2 folder=$3
shift 3
day=${AS_OF:-$(date -u +%F)}  # one day for all, though midnight passes
mkdir -p "$folder"

# A shard that has findings, or a site that is broken, ends with 1 or 2: the merge says so.
parallel --will-cite --joblog "$folder/jobs.log" \
  safeconduct audit "$fleet" --as-of "$day" --quiet --jobs 1 \
  --shard "{}/$shards" --resume "$folder/shard.{}.jsonl" \
  ::: $(seq "$shards") >/dev/null || true

files=()
for k in $(seq "$shards"); do
  files+=("$folder/shard.$k.jsonl")
done
exec safeconduct audit merge "${files[@]}" --as-of "$day" --output "$folder/results.jsonl" "$@"

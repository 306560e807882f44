#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# slurm-submit.sh FLEET N FOLDER
# Submits an array of N shards (slurm.sbatch), and behind it the job that merges them into
# FOLDER/results.jsonl and FOLDER/fleet.html.
set -euo pipefail
if [ "$#" -ne 3 ]; then
  echo "usage: slurm-submit.sh FLEET N FOLDER" >&2
  exit 2
fi
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
export FLEET=$1 RESULTS=$3 AS_OF=${AS_OF:-$(date -u +%F)}
mkdir -p "$RESULTS"
array=$(sbatch --parsable --array="1-$2" "$here/slurm.sbatch")
files=()
for k in $(seq "$2"); do
  files+=("$RESULTS/shard.$k.jsonl")
done
merge=(safeconduct audit merge "${files[@]}" --as-of "$AS_OF" --output "$RESULTS/results.jsonl"
       --format "html:$RESULTS/fleet.html")
sbatch --dependency="afterany:$array" --job-name=safeconduct-merge --wrap "$(printf '%q ' "${merge[@]}")"

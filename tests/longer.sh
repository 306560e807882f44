#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/longer.sh [MINUTES]        (60 unless said)
# What CI does for seconds with fixed seeds, for as long as you like with new ones: half of the time
# random rule sets against this machine's kernel (as root), the other half fuzzing, two targets at a
# time. Ends with 1 where something was found: it names the seed, or the file that shows it, which
# belongs among tests/fuzz/seeds once it is mended. What fuzzing learnt stays in build/corpus.
#
#   SC_SEED=N               the first seed of the rule sets; by the day unless said
#   SC_FUZZ="agree nft_json"  these targets; all of them unless said
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

minutes=${1:-60}
if ! [[ $minutes =~ ^[1-9][0-9]{0,4}$ ]]; then
  echo "usage: tests/longer.sh [MINUTES]" >&2
  exit 2
fi
day=$(($(date +%s) / 86400))
seed=${SC_SEED:-$((day * 100000))}
half=$((minutes * 30))  # seconds

bash examples/install-packages.sh test
cmake --preset release -DBUILD_TESTING=ON
cmake --build --preset release --target netns_test
cmake --preset asan
cmake --build --preset fuzz

found=0
if [ "$(id -u)" -eq 0 ]; then
  printf '\n== random rule sets against the kernel, seeds from %s\n' "$seed"
  end=$((SECONDS + half))
  while [ "$SECONDS" -lt "$end" ]; do
    if ! out=$(SC_SEED=$seed SC_ORACLE_SETS=300 build/release/bin/netns_test -tc='random*'); then
      printf '%s\n' "$out"
      found=1
    fi
    grep '^random ' <<<"$out" || true
    seed=$((seed + 300))
  done
else
  echo "not root: no rule sets are loaded, all of the time is fuzzing" >&2
  half=$((2 * half))
fi

names=${SC_FUZZ:-$(cmake --build build/asan --target list_fuzzers | sed -n 's/^fuzz_//p')}
count=$(wc -w <<<"$names")
export each=$((half * 2 / count + 1))
fuzz() {
  local name=$1 status=0 log=build/corpus/$1.log
  mkdir -p "build/corpus/$name"
  "build/asan/bin/fuzz_$name" -max_total_time="$each" -max_len=4096 -rss_limit_mb=3000 \
    -timeout=120 -verbosity=0 -print_final_stats=1 "-artifact_prefix=build/corpus/$name-" \
    "build/corpus/$name" "tests/fuzz/seeds/$name" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    printf '\n== fuzz_%s: status %d\n%s\n' "$name" "$status" "$(tail -n 60 "$log")"
    return 1
  fi
  printf 'fuzz_%s: nothing found in %d s, %s runs\n' "$name" "$each" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
}
export -f fuzz
printf '\n== fuzzing, %d seconds a target\n' "$each"
tr -s ' ' '\n' <<<"$names" | xargs -P 2 -I NAME bash -c 'fuzz NAME' || found=1

exit "$found"

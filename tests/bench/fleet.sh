#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/fleet.sh [SITES [RULES]]        (10000 sites of 1000 rules unless said)
# Writes a fleet, no two sites of which have the same rules, and measures 'safeconduct audit' on it:
# by itself; once more with the cache that the first run filled; in 8 shards through GNU parallel, merged;
# and one shard that is killed in its middle and gone on with. What comes of each has to be the same,
# byte for byte. Prints a Markdown table. The fleet stays in build/bench-fleet until the end, about
# 60 kB a site; SC_BENCH_KEEP=yes leaves it there. SC_BENCH_BUILD=no takes what was built last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
sites=${1:-10000} rules=${2:-1000}
if ! [[ $sites =~ ^[1-9][0-9]{1,6}$ && $rules =~ ^[1-9][0-9]{1,6}$ ]]; then
  echo "usage: tests/bench/fleet.sh [SITES [RULES]]" >&2
  exit 2
fi
for need in parallel python3 cmake; do
  command -v "$need" >/dev/null || { echo "tests/bench/fleet.sh: needs $need" >&2; exit 2; }
done
if [ "${SC_BENCH_BUILD:-yes}" = yes ]; then
  cmake --preset release >&2
  cmake --build --preset release --target safeconduct >&2
fi
work=build/bench-fleet
rm -rf "$work"
mkdir -p "$work"
status=0
python3 tests/bench/fleet.py build/release/bin/safeconduct "$work" "$sites" "$rules" || status=$?
[ "${SC_BENCH_KEEP:-no}" = yes ] || rm -rf "$work"
exit "$status"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/run_ctest.sh PRESET
# Runs the tests; before the closing lines of CTest it lists those that were skipped. Where a corpus is
# at hand ($SAFECONDUCT_CORPUS, else ../shared/corpus beside the sources) all that the tests need is
# meant to be here, and a skipped one fails the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

closing=$(mktemp)
trap 'rm -f "$closing"' EXIT
status=0
ctest --preset "$1" 2>&1 | awk -v closing="$closing" '
  /^[0-9]+% tests passed/ { closes = 1 }
  closes { print > closing; next }
  { print; fflush() }' || status=$?
skipped=$(sed -n 's/^[[:space:]]*[0-9]* - \(.*\) (Skipped)$/  \1/p' "$closing")
if [ -n "$skipped" ]; then
  printf 'Skipped, so that they say nothing:\n%s\n' "$skipped"
  if [ -n "${SAFECONDUCT_CORPUS:-}" ] || [ -d ../shared/corpus ]; then
    printf 'There is a corpus, so that none may be skipped: this run fails.\n'
    if [ "$status" = 0 ]; then status=1; fi
  fi
  printf '\n'
fi
cat "$closing"
exit "$status"

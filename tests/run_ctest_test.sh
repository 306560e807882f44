#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/run_ctest_test.sh
# Holds run_ctest.sh against a CTest that is made up: what it lists, what fails, what comes last.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/source/tests" "$work/bin"
cp "$here/run_ctest.sh" "$work/source/tests"
cat > "$work/bin/ctest" <<'CTEST'
#!/usr/bin/env bash
echo "1/2 Test #1: a/b: holds ...   Passed"
printf '\n100%% tests passed, 0 tests failed out of 2\n\nTotal Test time (real) = 1.00 sec\n'
if [ "$MADE_UP" = skips ]; then printf '\nThe following tests did not run:\n\t  2 - c/d: the corpus holds (Skipped)\n'; fi
if [ "$MADE_UP" = fails ]; then exit 8; fi
CTEST
chmod +x "$work/bin/ctest"

# expect WHAT STATUS LAST_LINE LISTED? ENVIRONMENT...
expect() {
  local what=$1 status=$2 last=$3 listed=$4 got=0
  shift 4
  env -u SAFECONDUCT_CORPUS "$@" PATH="$work/bin:$PATH" bash "$work/source/tests/run_ctest.sh" release \
    > "$work/out" || got=$?
  if [ "$got" != "$status" ]; then echo "$what: status $got, not $status"; exit 1; fi
  if [ "$(tail -n 1 "$work/out")" != "$last" ]; then echo "$what: the last line is not CTest's"; exit 1; fi
  if [ "$(grep -c '^  c/d: the corpus holds$' "$work/out")" != "$listed" ]; then echo "$what: the list of skipped tests is wrong"; exit 1; fi
}
total='Total Test time (real) = 1.00 sec'
last_skipped="$(printf '\t  2 - c/d: the corpus holds (Skipped)')"
expect "all passed" 0 "$total" 0 MADE_UP=passes
expect "all passed, with a corpus" 0 "$total" 0 MADE_UP=passes SAFECONDUCT_CORPUS=/x
expect "a test failed" 8 "$total" 0 MADE_UP=fails
expect "skipped without a corpus" 0 "$last_skipped" 1 MADE_UP=skips
expect "skipped though a corpus is named" 1 "$last_skipped" 1 MADE_UP=skips SAFECONDUCT_CORPUS=/x
mkdir -p "$work/shared/corpus"
expect "skipped though a corpus is beside" 1 "$last_skipped" 1 MADE_UP=skips

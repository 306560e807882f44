#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/run.sh [--quick]
# Installs what is missing (Debian 12), checks the formatting, then builds and tests with sanitizers
# and optimised; --quick: optimised only. Says which tests were skipped (run_ctest.sh), and ends with
# the closing lines of CTest.
# One command a line throughout: in "a && b" set -e would not see a fail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

quick=no
case "${1:-}" in
  "") ;;
  --quick) quick=yes ;;
  *)
    echo "usage: tests/run.sh [--quick]" >&2
    exit 2
    ;;
esac

step() {
  printf '\n== %s\n' "$*"
  "$@"
}

# The files git knows; outside of a checkout (an unpacked archive) all that are there.
sources() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z -- 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc'
  else
    find src tests \( -name '*.h' -o -name '*.cc' \) -print0
  fi
}

step bash examples/install-packages.sh test
printf '\n== clang-format\n'
sources | xargs -0 -r clang-format-19 --dry-run -Werror

if [ "$quick" = no ]; then
  step cmake --preset asan
  step cmake --build --preset asan
  step bash tests/run_ctest.sh asan
fi
step cmake --preset release -DBUILD_TESTING=ON
step cmake --build --preset release
step bash tests/run_ctest.sh release

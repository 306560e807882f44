#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds safeconduct and checks the firewalls of an example branch office. Debian 12.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash examples/install-packages.sh build

# Everything the build prints goes to a log, shown only when it fails.
mkdir -p build
log=build/quickstart.log
quietly() {
  printf '%s ...\n' "$1"
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
}

quietly "configuring build/release" cmake --preset release -DBUILD_TESTING=OFF
echo "building build/release/bin/safeconduct (some minutes the first time)"
cmake --build --preset release --target safeconduct

command=(build/release/bin/safeconduct check --site examples/london-branch/site.yaml)
printf '\n$ %s\n' "${command[*]}"
status=0
"${command[@]}" || status=$?

echo
case "$status" in
  0) echo "exit status 0: every requirement holds." ;;
  1) echo "exit status 1: there are findings; this example's branch is broken on purpose." ;;
  *)
    echo "exit status $status: no verdict; the message above says why." >&2
    exit "$status"
    ;;
esac

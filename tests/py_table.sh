#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/py_table.sh [--lines]
# Prints how much of nftables' own test suite (tests/py of the rule sets in $SAFECONDUCT_CORPUS, else
# ../shared/corpus beside the sources) is read as nft reads it: lines that nft takes, how many of
# them are read, and as the same as the form that nft lists; lines that nft refuses, and how many are
# refused. With --lines those that are not, too. Needs a release build (tests/run.sh --quick).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ ${1:-} == --lines ]]; then export SC_PY_LINES=1; fi
cmake --build --preset release --target formats_test >/dev/null
exec build/release/bin/formats_test --no-intro --test-case='nft tests/py*'

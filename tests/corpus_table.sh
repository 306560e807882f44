#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/corpus_table.sh
# Prints what is read and modelled of the rule sets in $SAFECONDUCT_CORPUS (else ../shared/corpus
# beside the sources): by folder files, rules, the share that is modelled in full, and the words that
# are not. Needs a release build (tests/run.sh --quick).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake --build --preset release --target formats_test >/dev/null
exec build/release/bin/formats_test --no-intro --test-case='corpus: at least 97 %*'

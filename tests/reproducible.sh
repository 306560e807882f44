#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/reproducible.sh [TARGET...]
# Builds the sources in two folders with names of different length and compares the bytes: of the
# program and the Debian package, or of the targets named (libraries: sc_net). By hand: it takes as
# long as two builds, since a compiler cache would prove nothing.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

targets=("$@")
build_in() {
  local folder=$1
  mkdir -p "$folder"
  tar -C "$source" --exclude ./build --exclude ./.git -cf - . | tar -C "$folder" -xf -
  cmake -S "$folder" -B "$folder/build/release" --preset package -DSC_CCACHE= \
    -DCMAKE_CXX_COMPILER_LAUNCHER= >"$scratch/log"
  if [ "${#targets[@]}" -gt 0 ]; then
    cmake --build "$folder/build/release" --target "${targets[@]}" >"$scratch/log"
  else
    cmake --build "$folder/build/release" >"$scratch/log"
    (cd "$folder/build/release" && cpack -G DEB >"$scratch/log")
  fi
  # Links point into the folder itself; what is compared is what was made.
  (cd "$folder/build/release" && find . \( -name 'libsc_*.a' -o -name '*.deb' -o -path ./bin/safeconduct \) \
    -type f -exec sha256sum {} + | sort -k 2) >"$folder.sums"
  if grep -rlF --include='*.a' --include=safeconduct "$folder/" "$folder/build/release/src" \
    "$folder/build/release/bin" 2>/dev/null; then
    echo "these hold the name of the folder they were built in" >&2
    exit 1
  fi
}

build_in "$scratch/a"
build_in "$scratch/a-folder-with-a-longer-name"
if [ ! -s "$scratch/a.sums" ]; then
  echo "nothing was built" >&2
  exit 1
fi
diff "$scratch/a.sums" "$scratch/a-folder-with-a-longer-name.sums"
cat "$scratch/a.sums"
echo "the same bytes in both folders"

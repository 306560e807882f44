#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plays the pull request of README.md in a repository of its own, which is thrown away at the end.
#
# usage: play.sh [PROGRAM [FOLDER]]
#
# PROGRAM is safeconduct, else the one on the path; with FOLDER the reports of the change are kept
# there. A step that ends otherwise than it should ends the play with status 1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-safeconduct}
case $program in */*) program=$(realpath "$program") ;; esac
kept=${2:+$(realpath "$2")}
day=2026-11-26 # the checks are made for this day: what is said does not change with the calendar

unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE # set where a hook of git starts this
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$here/site.yaml" "$here/gateway.nft" .

git_() { git -c user.name=pipeline -c user.email=pipeline@example.com -c commit.gpgsign=false "$@"; }
commit() { git_ commit --quiet --all --message "$1"; }
# check STATUS WORDS...: the check ends with that status.
check() {
  wanted=$1
  shift
  printf '\n$ safeconduct check --site site.yaml %s\n' "$*"
  status=0
  "$program" check --site site.yaml --as-of "$day" "$@" || status=$?
  if [ "$status" -ne "$wanted" ]; then
    echo "status $status, expected $wanted" >&2
    exit 1
  fi
}

echo '== main: all that is required holds'
git_ init --quiet --initial-branch=main .
git_ add .
commit 'The branch'
check 0 --quiet

echo
echo '== a change that puts a gateway of London on the list of denied hosts'
git_ checkout --quiet -b change
git_ apply "$here/block-london.patch"
commit 'Deny 18.135.112.200'
check 1 --quiet --changed-since main
check 1 --changed-since main --format github
if [ -n "$kept" ]; then
  check 1 --changed-since main --format "github:$kept/change.github" \
    --format "sarif:$kept/change.sarif" --quiet
fi

echo
echo '== the same change brings its own waiver: it does not count'
git_ apply "$here/waive-london.patch"
commit 'And waive it'
check 0 --quiet
check 1 --quiet --waivers-from main
"$program" check --site site.yaml --as-of "$day" --waivers-from main --format github |
  grep SC919

echo
echo '== the waiver is merged first, by whoever may: it counts, until its last day'
git_ checkout --quiet main
git_ apply "$here/waive-london.patch"
commit 'Waive London until the end of the year'
git_ checkout --quiet change
git_ reset --quiet --hard main
git_ apply "$here/block-london.patch"
commit 'Deny 18.135.112.200'
check 0 --quiet --waivers-from main
day=2027-01-01
check 1 --quiet --waivers-from main

echo
echo '== what is broken already is written down, and only what is new fails'
"$program" baseline write known.json --site site.yaml --as-of 2027-01-01
check 0 --quiet --baseline known.json

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The step of action.yml: annotations to the log, a page to the job's summary, SARIF to a file.
# Ends as the check does, so that 2 (could not run) is never taken for 0.
set -euo pipefail

sarif="${RUNNER_TEMP:?}/safeconduct.sarif"
summary="$RUNNER_TEMP/safeconduct.md"
words=(check --fail-on "${SC_FAIL_ON:-required}")
if [ -n "${SC_SITE:-}" ]; then
  words+=(--site "$SC_SITE")
fi
# With '=', so that a value is never an option.
if [ -n "${SC_CHANGED_SINCE:-}" ]; then
  words+=("--changed-since=$SC_CHANGED_SINCE")
fi
if [ -n "${SC_WAIVERS_FROM:-}" ]; then
  words+=("--waivers-from=$SC_WAIVERS_FROM")
fi
if [ -n "${SC_BASELINE:-}" ]; then
  words+=("--baseline=$SC_BASELINE")
fi
words+=(--format github --format "markdown:$summary" --format "sarif:$sarif")
read -r -a rules <<<"${SC_RULES:-}"
for one in "${rules[@]}"; do
  case "$one" in
    -*) words+=("./$one") ;;  # a file, never an option
    *) words+=("$one") ;;
  esac
done

rm -f "$sarif" "$summary"
export SAFECONDUCT_CONFIG=  # settings that a change brings along do not count
status=0
"${SC_PROGRAM:-safeconduct}" "${words[@]}" || status=$?
if [ -f "$summary" ]; then
  # More than 1 MiB of summary is refused as a whole.
  head -c 1000000 "$summary" >>"${GITHUB_STEP_SUMMARY:?}"
fi
{
  echo "status=$status"
  if [ -f "$sarif" ]; then
    echo "sarif=$sarif"
  fi
} >>"${GITHUB_OUTPUT:?}"
if [ "$status" -gt 1 ]; then
  echo "::error::safeconduct could not run (status $status): see the lines above"
fi
exit "$status"

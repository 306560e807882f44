#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the advice of a text report, and holds it to its word.

The rules that the report of a broken example offers are put where it says; then everything
required must hold.

usage: mend_test.py SOURCE_DIR PROGRAM
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CULPRIT = re.compile(r"\[\d+\] (\S+?):(\d+):")
ADVICE = re.compile(r"    to mend: .*before line (\d+):$")
RULE = " " * 8


def check(program, folder, site, *options):
    return subprocess.run([program, "check", "--site", site, *options], cwd=folder,
                          env={**os.environ, "COLUMNS": "1000"}, capture_output=True, text=True,
                          check=False)


def advised(report):
    """File name -> line -> the rules to put before it."""
    rules = collections.defaultdict(lambda: collections.defaultdict(list))
    file = line = None
    for text in report.splitlines():
        if match := CULPRIT.match(text):
            file, line = match.group(1), None
        elif match := ADVICE.match(text):
            line = int(match.group(1))
        elif line and text.startswith(RULE):
            rules[file][line].append(text.strip())
        else:
            line = None
    return rules


def mend(folder, rules):
    for name, by_line in rules.items():
        path = folder / name
        mended = []
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            mended += by_line.get(number, [])
            mended.append(text)
        path.write_text("\n".join(mended) + "\n", encoding="utf-8")


def main():
    root, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    faults = 0
    for site in ("site.yaml", "site-iptables.yaml"):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "branch"
            shutil.copytree(root / "examples/london-branch", folder)
            before = check(program, folder, site)
            rules = advised(before.stdout)
            mend(folder, rules)
            after = check(program, folder, site, "--quiet")
            if before.returncode != 1 or not rules or after.returncode != 0:
                faults += 1
                print(f"{site}: {before.returncode} before, {len(rules)} files mended, "
                      f"{after.returncode} after\n{before.stdout}{after.stdout}{after.stderr}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One policy on several devices has one answer: the same verdicts, flow by flow, and the same status.

usage: one_answer.py PROGRAM SITE...
"""

import json
import subprocess
import sys


def answer(program, site):
    run = subprocess.run([program, "check", "--site", site, "--format", "json"], capture_output=True,
                         check=False, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{site}: {run.stderr}")
    report = json.loads(run.stdout)
    flows = [(one["id"], flow["protocol"], flow["src"], flow["dst"], flow["dport"], flow["verdict"])
             for one in report["requirements"] for flow in one["flows"]]
    return report["verdict"], report["status"], flows


program, first, *others = sys.argv[1:]
expected = answer(program, first)
if len(expected[2]) < 10 or not others:
    sys.exit("too little to compare")
for site in others:
    if answer(program, site) != expected:
        sys.exit(f"{site} is answered otherwise than {first}")
print(f"{len(others) + 1} sites, {len(expected[2])} flows: one answer")

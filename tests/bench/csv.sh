#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/csv.sh [ROWS]        (200000 unless said)
# 'safeconduct check' on a PAN-OS export of that many rules, beside python's csv.reader and wc -l on
# the same file, in turn: medians of SC_BENCH_ROUNDS (5) rounds of CPU time, as a Markdown table.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

rows=${1:-200000}
program=$PWD/build/release/bin/safeconduct
work=build/bench/csv-$rows
mkdir -p "$work"
python3 - "$rows" "$work" <<'PYTHON'
import csv, random, sys

rows, folder = int(sys.argv[1]), sys.argv[2]
random.seed(20261125)
header = ("Name,Location,Tags,Type,Source Zone,Source Address,Source User,Destination Zone,"
          "Destination Address,Application,Service,Action,Profile,Options").split(",")
with open(f"{folder}/services.csv", "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(["Name", "Location", "Protocol", "Destination Port", "Tags"])
    for name, protocol, port in (("dns-udp", "udp", 53), ("dns-tcp", "tcp", 53), ("https", "tcp", 443),
                                 ("https-udp", "udp", 443), ("web", "tcp", "80,8080"),
                                 ("sql", "tcp", 1433)):
        out.writerow([name, "Shared", protocol, port, ""])
with open(f"{folder}/rules.csv", "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(header)
    for i in range(rows - 1):
        source = f"10.{random.randrange(256)}.{random.randrange(256)}.0/24"
        destinations = ";".join(f"{random.choice((26, 34, 50, 100))}.{random.randrange(256)}."
                                f"{random.randrange(256)}.{random.randrange(256)}/32"
                                for _ in range(random.randrange(1, 4)))
        out.writerow([f"rule {i}", "Shared", "none", "universal", "trust", source, "any", "untrust",
                      destinations, "any", random.choice(("https", "web", "sql", "dns-udp;dns-tcp")),
                      random.choice(("Allow", "Deny")), "none", "Traffic log sent at session end"])
    out.writerow(["out", "Shared", "none", "universal", "trust", "any", "any", "untrust", "any", "any",
                  "dns-udp;dns-tcp;https;https-udp;web", "Allow", "none", ""])
with open(f"{folder}/site.yaml", "w") as file:
    file.write("schema: site/1\nsite: bench\nclients: [10.0.0.0/8]\nprovider: cisco-secure-access\n"
               "regions: [eu-west-2]\nfeatures: []\npolicies: [secure-client-roaming]\npath:\n"
               "  - {device: gateway, rules: [rules.csv, services.csv], enter: trust, leave: untrust}\n")
PYTHON

"$program" check --site "$work/site.yaml" >"$work/report.txt" || true
tail -n 3 "$work/report.txt" >&2
python3 - "$work" "$program" "${SC_BENCH_ROUNDS:-5}" <<'PYTHON'
import os, resource, statistics, subprocess, sys

work, program, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
rules = f"{work}/rules.csv"
commands = {
    "`wc -l`": ["wc", "-l", rules],
    "python `csv.reader`": ["python3", "-c", f"import csv; sum(1 for _ in csv.reader(open({rules!r}, newline='')))"],
    "`safeconduct check`": [program, "check", "--site", f"{work}/site.yaml"],
}
times = {name: [] for name in commands}
peaks = {}
for _ in range(rounds):
    for name, command in commands.items():
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        times[name].append(usage.ru_utime + usage.ru_stime)
        peaks[name] = usage.ru_maxrss * 1024 / 1e6
ours = statistics.median(times["`safeconduct check`"])
print(f"{os.path.getsize(rules) / 1e6:.1f} MB, medians of {rounds} rounds\n")
print("| command | CPU | peak memory | in times of `safeconduct check` |\n|---|---:|---:|---:|")
for name, seconds in times.items():
    median = statistics.median(seconds)
    print(f"| {name} | {median * 1e3:.0f} ms | {peaks[name]:.0f} MB | {median / ours:.2f} |")
PYTHON

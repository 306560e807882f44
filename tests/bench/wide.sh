#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/wide.sh [SIZE...]        (numbers of rules; 10000 100000 unless said)
# The questions that no rule can be left out of: any source to web servers over a blocklist of
# sources, any to any DNS over the rules of an enterprise, thousands of required flows at once, rules
# of twenty addresses each, and one set of as many addresses with ports.
# Prints a Markdown table: CPU seconds, the same in units of 'wc -l' of the rules, and memory; the
# least of three runs. 'goal' is what such work should take, in the same units, where one is set.
#
#   SC_BENCH_BUILD=no    what was built last
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

sizes=("$@")
if [ "${#sizes[@]}" -eq 0 ]; then
  sizes=(10000 100000)
fi
work=build/bench/wide
mkdir -p "$work"
if [ "${SC_BENCH_BUILD:-yes}" = yes ]; then
  cmake --preset release -DBUILD_TESTING=ON -DSC_BENCH=ON >"$work/log"
  cmake --build --preset release --target safeconduct generate_rules >>"$work/log"
fi
for size in "${sizes[@]}"; do
  for shape in blocklist enterprise; do
    mkdir -p "$work/$shape-$size"
    build/release/bin/generate_rules "$shape" "$size" "$work/$shape-$size"
  done
done
python3 - "$PWD/build/release/bin/safeconduct" "$work" "${sizes[@]}" <<'PYTHON'
import os
import random
import subprocess
import sys
from pathlib import Path

program, work, *sizes = sys.argv[1:]
work = Path(work)
ANY = "0.0.0.0/0"


def requirement(name, protocol, port, addresses):
    return (f"  - {{id: {name}, title: {name}, feature: sync, level: required, expect: allow, "
            f"protocol: {protocol}, ports: [{port}], to: {{addresses: [{addresses}]}}}}\n")


def write_policy(name, requirements):
    (work / f"{name}.policy.yaml").write_text(
        f"schema: policy/1\nid: {name}\ntitle: {name}\nrequirements:\n" + "".join(requirements))


def write_site(name, policy, clients, rules):
    path = work / f"{name}.yaml"
    path.write_text(f"schema: site/1\nsite: {name}\nclients: ['{clients}']\n"
                    f"policies: [./{policy}.policy.yaml]\npath:\n  - device: gateway\n"
                    f"    rules: [{rules}]\n    enter: lan0\n    leave: wan0\n")
    return path


def cpu(command):
    """CPU seconds and MB of the whole process, the least of three."""
    best = None
    for _ in range(3):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            sys.exit(f"{command} ended with {child.returncode}")
        one = (used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)
        best = one if best is None else (min(best[0], one[0]), min(best[1], one[1]))
    return best


draw = random.Random(20261126)
write_policy("web", [requirement("web", "tcp", 443, "67.215.92.201, 146.112.61.112/29")])
write_policy("dns", [requirement("dns", "udp", 53, ANY)])
write_policy("many", [
    requirement(f"flow-{i}", "tcp", draw.choice((80, 443, 8443)),
                ".".join(map(str, (draw.choice((10, 104, 151, 163)), draw.randrange(256),
                                   draw.randrange(256), draw.randrange(256)))))
    for i in range(3000)])


def address(net):
    return f"{net}.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(256)}"


def write_nft(folder, sets, rules):
    (work / folder).mkdir(exist_ok=True)
    (work / folder / "rules.nft").write_text(
        f"table ip t {{\n{sets}\tchain c {{\n\t\ttype filter hook forward priority filter; "
        f"policy drop;\n\t\tct state established accept\n{rules}"
        f"\t\tip saddr 10.0.0.0/8 accept\n\t}}\n}}\n")


for size in sizes:
    write_nft(f"lists-{size}", "", "".join(
        f"\t\tip saddr {{ {', '.join(address('10') for _ in range(20))} }} tcp dport 443 drop\n"
        for _ in range(int(size) // 20)))
    pairs = sorted({(address("10"), draw.choice((80, 443))) for _ in range(int(size))})
    elements = ",\n\t\t\t     ".join(f"{a} . {port}" for a, port in pairs)
    write_nft(f"pairs-{size}", f"\tset s {{\n\t\ttype ipv4_addr . inet_service\n"
              f"\t\telements = {{ {elements} }}\n\t}}\n\n", "\t\tip saddr . tcp dport @s drop\n")

print("| question | rules | CPU s | x `wc -l` | goal | MB |\n| --- | ---: | ---: | ---: | ---: | ---: |")
for size in sizes:
    for question, policy, clients, shape, goal in (
            ("any source to web servers, blocklist", "web", ANY, "blocklist", "20"),
            ("any to any DNS, enterprise", "dns", ANY, "enterprise", "25"),
            ("3,000 flows, enterprise", "many", "10.0.0.0/8", "enterprise", ""),
            ("10.0.0.0/8 to web servers, lists of 20 addresses", "web", "10.0.0.0/8", "lists", ""),
            ("10.0.0.0/8 to web servers, a set of pairs", "web", "10.0.0.0/8", "pairs", "")):
        rules = next(f"{shape}-{size}/{name}" for name in ("rules.iptables", "rules.nft")
                     if (work / f"{shape}-{size}" / name).exists())
        site = write_site(f"{policy}-{shape}-{size}", policy, clients, rules)
        floor, _ = cpu(["wc", "-l", str(work / rules)])
        took, memory = cpu([program, "check", "--site", str(site), "--quiet"])
        print(f"| {question} | {int(size):,} | {took:.2f} | {took / max(floor, 0.001):.0f} | {goal} | {memory:.0f} |",
              flush=True)
PYTHON

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a fleet and measures audits of it; see fleet.sh, which calls this."""

import filecmp
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

DAY = "2026-11-26"
SHARDS = 8


def rules_of(site, count):
    """iptables-save, as offices have it: blocked addresses, services by subnet, and what is required
    near the end. Every tenth site drops DNS, every tenth limits its rate."""
    dice = random.Random(site)
    lines = ["*filter", ":INPUT ACCEPT [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]",
             "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"]
    for _ in range(count - 6):
        a, b, c, d = (dice.randrange(1, 255) for _ in range(4))
        if dice.random() < 0.5:
            lines.append(f"-A FORWARD -s 10.{site % 256}.0.0/16 -d {100 + a % 60}.{b}.{c}.0/24 -j DROP")
        else:
            port = dice.choice((22, 25, 80, 389, 443, 445, 1433, 3306, 5432, 8080, 8443))
            lines.append(f"-A FORWARD -s 10.{site % 256}.{b}.0/24 -d 172.{16 + c % 16}.{d}.{a}/32 "
                         f"-p tcp -m tcp --dport {port} -j ACCEPT")
    dns = {0: "-j DROP", 1: "-m limit --limit 50/sec -j ACCEPT"}.get(site % 10, "-j ACCEPT")
    lines += [f"-A FORWARD -i lan0 -o wan0 -p udp -m udp --dport 53 {dns}",
              f"-A FORWARD -i lan0 -o wan0 -p tcp -m tcp --dport 53 -j ACCEPT",
              "-A FORWARD -i lan0 -o wan0 -p udp -m udp --dport 443 -j ACCEPT",
              "-A FORWARD -i lan0 -o wan0 -p tcp -m tcp --dport 443 -j ACCEPT",
              "-A FORWARD -i lan0 -o wan0 -p tcp -m tcp --dport 80 -j ACCEPT", "COMMIT"]
    return "\n".join(lines) + "\n"


def write_fleet(folder, sites, rules):
    (folder / "sites").mkdir()
    (folder / "fleet.yaml").write_text(
        "schema: fleet/1\ndefaults: {provider: cisco-secure-access, regions: [eu-west-2], "
        "policies: [secure-client-roaming]}\nsites: [sites/*.yaml]\n")
    for site in range(sites):
        name = f"site-{site:05}"
        (folder / f"sites/{name}.v4").write_text(rules_of(site, rules))
        (folder / f"sites/{name}.yaml").write_text(
            f"schema: site/1\nsite: {name}\nclients: [10.{site % 256}.0.0/16]\npath:\n"
            f"  - {{device: gateway, rules: [{name}.v4], enter: lan0, leave: wan0}}\n")


class Bench:
    def __init__(self, program, folder, sites):
        self.program, self.folder, self.sites = program, folder, sites
        self.audit = [program, "audit", str(folder / "fleet.yaml"), "--as-of", DAY, "--quiet"]

    def row(self, what, words, environment=None):
        began = time.monotonic()
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment) as running:
            _, status, usage = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        if running.returncode != 1:
            sys.exit(f"{what}: exit status {running.returncode}")
        cpu = usage.ru_utime + usage.ru_stime
        print(f"| {what} | {wall:.1f} s | {cpu:.1f} s | {1000 * cpu / self.sites:.2f} ms | "
              f"{usage.ru_maxrss / 1024:.0f} MB |", flush=True)

    def merged(self, name, files):
        out = str(self.folder / name)
        words = [self.program, "audit", "merge", *map(str, files), "--output", out, "--quiet"]
        for end in ("json", "csv", "html", "markdown"):
            words += ["--format", f"{end}:{out}.{end}"]
        self.row(f"merge of {len(files)} file{'s' if len(files) > 1 else ''}, all roll-ups", words)
        return [out, *(f"{out}.{end}" for end in ("json", "csv", "html", "markdown"))]

    def killed(self, shard):
        """Ends it once half of its lines are there."""
        part = self.folder / "killed.jsonl"
        words = [*self.audit, "--jobs", "1", "--shard", f"1/{SHARDS}", "--resume", str(part)]
        half = shard.stat().st_size // 2
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as running:
            while running.poll() is None and not (part.exists() and part.stat().st_size > half):
                time.sleep(0.001)
            running.send_signal(signal.SIGKILL)
        self.row("one shard of 8, killed half-way: what is left of it", words)
        if sorted(part.read_bytes().splitlines()) != sorted(shard.read_bytes().splitlines()):
            sys.exit("the shard that was gone on with has other lines")


def main():
    program, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    sites, rules = int(sys.argv[3]), int(sys.argv[4])
    print(f"writing {sites} sites of {rules} rules", file=sys.stderr)
    write_fleet(folder, sites, rules)
    bench = Bench(program, folder, sites)
    print(f"| {sites:,} sites × {rules:,} rules | time | CPU | CPU a site | peak memory |")
    print("| --- | ---: | ---: | ---: | ---: |")
    one, again = folder / "one.jsonl", folder / "again.jsonl"
    cache = str(folder / "cache")
    bench.row("audit", [*bench.audit, "--output", str(one)])
    bench.row("the same, and a cache is filled", [*bench.audit, "--cache", cache, "--output", str(again)])
    bench.row("once more, all from the cache", [*bench.audit, "--cache", cache, "--output", str(again)])
    if sorted(one.read_bytes().splitlines()) != sorted(again.read_bytes().splitlines()):
        sys.exit("the cache has other answers")
    wanted = bench.merged("a", [one])
    tools = folder / "bin"
    tools.mkdir()
    (tools / "safeconduct").symlink_to(program)
    environment = dict(os.environ, AS_OF=DAY, PATH=f"{tools.resolve()}:{os.environ['PATH']}")
    bench.row("8 shards through GNU parallel, merged",
              ["bash", "examples/fleet/recipes/parallel.sh", str(folder / "fleet.yaml"), str(SHARDS),
               str(folder / "shards"), "--quiet"], environment)
    shards = [folder / f"shards/shard.{k}.jsonl" for k in range(1, SHARDS + 1)]
    bench.killed(shards[0])
    for one_file, other in zip(wanted, bench.merged("b", [folder / "killed.jsonl", *shards])):
        if not filecmp.cmp(one_file, other, shallow=False):
            sys.exit(f"{other} is not what one run gives")
    print("all merged results are the same bytes", file=sys.stderr)


if __name__ == "__main__":
    main()

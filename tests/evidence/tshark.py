# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets of a capture as tshark takes them apart: the other reader, that ours is held against."""

import shutil
import subprocess
import sys

FIELDS = ("frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
          "udp.srcport", "udp.dstport", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq_raw",
          "tcp.ack_raw", "tcp.flags.syn", "tcp.flags.ack", "tcp.flags.reset", "icmp.type",
          "icmpv6.type", "dns.flags.response", "dns.response_in", "dns.qry.name")


def required():
    if not shutil.which("tshark"):
        sys.exit("tshark is not installed: examples/install-packages.sh test")


def run(*words):
    done = subprocess.run(["tshark", "-n", *words], capture_output=True, text=True, check=False)
    # 2: the file is cut short, and what stands before it was read.
    if done.returncode not in (0, 2):
        sys.exit(f"tshark {' '.join(words)}: status {done.returncode}: {done.stderr}")
    return done.stdout


def packets_of(path, *options):
    """Of each packet the fields, each a list of as many values as there are of it in the packet."""
    words = ["-2", "-r", path, *options, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
    for field in FIELDS:
        words += ["-e", field]
    for line in run(*words).splitlines():
        values = line.split("\t")
        yield {field: value.split(",") if value else [] for field, value in zip(FIELDS, values)}


def number(values):
    """The last, which is that of the innermost protocol; none is -1."""
    return int(values[-1]) if values else -1

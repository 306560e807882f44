#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the captures of the corpus with tshark, as capture_corpus.tsv says, and holds that table against
it; capture_corpus_test.cc holds the program against the table.

usage: tshark_corpus.py TABLE
Exit status: 0 all equal, 1 not (or no tshark), 77 no corpus.
"""

import concurrent.futures
import os
import sys

from tshark import number, packets_of, required

COLUMNS = ("packets", "syn", "unanswered", "reset", "queries", "unreachable")
SINGULAR = {"query": "queries", "packet": "packets"}


def counted(path):
    count = dict.fromkeys(COLUMNS, 0)
    begun, answered = set(), set()
    for packet in packets_of(path):
        count["packets"] += 1
        quotes = bool(packet["icmp.type"] or packet["icmpv6.type"])
        syn, ack = number(packet["tcp.flags.syn"]), number(packet["tcp.flags.ack"])
        if syn == 1 and ack == 0 and not quotes:
            count["syn"] += 1
            begun.add(packet["tcp.stream"][0])
        if syn == 1 and ack == 1:
            answered.add(packet["tcp.stream"][0])
        count["reset"] += "1" in packet["tcp.flags.reset"]
        count["queries"] += ("0" in packet["dns.flags.response"] and not packet["dns.response_in"]
                             and "53" in packet["udp.dstport"] and not quotes)
        count["unreachable"] += "3" in packet["icmp.type"] or "1" in packet["icmpv6.type"]
    count["unanswered"] = len(begun - answered)
    return count


def rows_of(table):
    with open(table, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split("\t")
            expected = dict(zip(COLUMNS, (int(field) for field in fields[:6])))
            comment = fields[7] if len(fields) > 7 else ""
            if comment.startswith("# tshark: "):  # what it counts in another way, and why
                value, word = comment.split(";")[0].removeprefix("# tshark: ").split()
                expected[SINGULAR.get(word, word)] = int(value)
            yield fields[6], expected


def corpus():
    named = os.environ.get("SAFECONDUCT_CORPUS")
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/corpus")
    folder = named or beside
    if named and not os.path.isdir(named):
        sys.exit(f"SAFECONDUCT_CORPUS is '{named}', which is no folder")
    return folder if os.path.isdir(folder) else None


def main():
    required()
    folder = corpus()
    if not folder:
        print("skipped: no corpus")
        return 77
    rows = list(rows_of(sys.argv[1]))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        counts = pool.map(lambda row: counted(os.path.join(folder, "pcap", row[0])), rows)
        wrong = [f"{file}: tshark counts {count}, the table says {expected}"
                 for (file, expected), count in zip(rows, counts) if count != expected]
    print("\n".join(wrong) or f"{len(rows)} captures: the table is what tshark counts")
    return 1 if wrong or len(rows) < 60 else 0


if __name__ == "__main__":
    sys.exit(main())

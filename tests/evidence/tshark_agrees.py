#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of captures that the tests make up, what 'diagnose' says against what tshark's own fields say: of each
target the unanswered queries and SYNs, the resets, the ICMP errors and their senders; of each packet that
is cited, that it is about that target, and that the display filter beside it shows it.

usage: tshark_agrees.py PROGRAM WRITE_CAPTURES
Exit status: 0 they agree, 1 they do not, or there is no tshark.
"""

import collections
import concurrent.futures
import glob
import json
import os
import subprocess
import sys
import tempfile

from tshark import number, packets_of, required, run

DNS_ON_443 = ("-d", "udp.port==443,dns")
CERTIFICATE = "2.dnscrypt-cert.opendns.com"  # asked for beside the question: a wave of its own
CLIENTS = ("10.0.0.0/8", "2001:db8::/32")
NOTHING_CAME = ("timeout", "not-tested", "unproven")  # the last two: it ends too soon, one direction


def must(truth, fault):
    if not truth:
        raise AssertionError(fault)


class Tally:
    """Of a target, by tshark's fields."""

    def __init__(self):
        self.unanswered, self.reset, self.unreachable = 0, 0, 0
        self.packets = set()  # to it, from it, or quoting such
        self.offenders = set()
        self.delays = []  # of resets behind their SYN, seconds


def by_tshark(path):
    found = collections.defaultdict(Tally)
    syns, answers, total = {}, set(), 0
    for packet in packets_of(path, *DNS_ON_443):
        total += 1
        place = int(packet["frame.number"][0])
        v6 = bool(packet["ipv6.dst"]) and not packet["ip.dst"]
        ends = [packet["ipv6.src" if v6 else "ip.src"], packet["ipv6.dst" if v6 else "ip.dst"]]
        if v6 is False and packet["ipv6.dst"]:  # IPv6 within a tunnel of IPv4
            ends = [packet["ipv6.src"], packet["ipv6.dst"]]
        src, dst = ends[0][-1], ends[1][-1]
        protocol = "tcp" if packet["tcp.dstport"] else "udp"
        sport, dport = (number(packet[f"{protocol}.{end}port"]) for end in ("src", "dst"))
        to, back = found[dst, protocol, dport], found[src, protocol, sport]
        to.packets.add(place)
        back.packets.add(place)
        if packet["icmp.type"] or packet["icmpv6.type"]:
            if "3" in packet["icmp.type"] or "1" in packet["icmpv6.type"]:
                to.unreachable += 1  # the fields are those of the packet that it quotes
                to.offenders.add(ends[0][-2])
        elif protocol == "udp":
            if packet["dns.flags.response"] == ["0"] and not packet["dns.response_in"]:
                to.unanswered += packet["dns.qry.name"] != [CERTIFICATE]
        else:
            syn, ack, reset = (number(packet[f"tcp.flags.{one}"]) for one in ("syn", "ack", "reset"))
            seq, acked = number(packet["tcp.seq_raw"]), number(packet["tcp.ack_raw"])
            time = float(packet["frame.time_epoch"][0])
            if syn == 1 and ack == 0:
                syns.setdefault((src, sport, dst, dport, seq + 1), time)
            if syn == 1 and ack == 1:
                answers.add((dst, dport, src, sport, acked))
            if reset == 1:
                back.reset += 1
                back.delays.append(time - syns[dst, dport, src, sport, acked])
    for (_, _, dst, dport, _) in set(syns) - answers:
        found[dst, "tcp", dport].unanswered += 1
    return found, total


def diagnosed(program, path):
    words = [program, "diagnose", path, "--region", "eu-west-2", "--format", "json"]
    for one in CLIENTS:
        words += ["--clients", one]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    must(done.returncode in (0, 1), f"diagnose: status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def targets_of(document):
    """Observations by target, of requirements that share one (api and proxy may) once."""
    found = collections.defaultdict(dict)
    for one in document["requirements"]:
        for o in one["observations"]:
            key = (o["dst"], o["protocol"], o["dport"])
            found[key].setdefault((o["outcome"], o["cause"]), o)
    return {key: list(seen.values()) for key, seen in found.items()}


def agree(path, document, found, total):
    """How many observations there are."""
    told = [one["text"] for one in document["files"] if one["kind"] == "capture"]
    must(sum(int(text.split(", ")[1].split()[0]) for text in told) == total, f"{told}, not {total}")
    targets = targets_of(document)
    must(targets, "nothing is said")
    for key, observations in targets.items():
        tally = found[key]
        count = collections.Counter()
        for o in observations:
            count[o["outcome"]] += o["count"]
            cited = {e["packet"] for e in o["evidence"] if "packet" in e}
            must(cited and cited <= tally.packets, f"{key}: cites {cited}, which are not about it")
            if o["outcome"] == "reset":
                must(abs(o["rtt_ms"] - min(tally.delays) * 1000) < 0.01, f"{key}: {o['rtt_ms']} ms")
            if o["outcome"] == "unreachable":
                must(tally.offenders == {o["icmp"]["from"]}, f"{key}: {tally.offenders}")
        silent = sum(o["count"] for o in observations
                     if o["outcome"] in NOTHING_CAME and o["cause"] != "handshake-only")
        lost = silent + count["unreachable"] + count["reset"]
        said = (lost, count["reset"], count["unreachable"])
        counted = (tally.unanswered, tally.reset, tally.unreachable)
        must(said == counted, f"{key}: diagnose says {said} are unanswered, reset, unreachable; "
             f"tshark counts {counted}")
    # And the other way round: no target on which tshark sees a fault is passed over.
    for key, tally in found.items():
        known = key[2] in (53, 443) and not key[0].startswith("10.")
        must(not known or key in targets or not (tally.unanswered or tally.reset), f"{key} is missing")
    return targets


def filters_show(path, targets):
    """Each packet that is cited as ending a try, or as silence, by the filter beside it."""
    for key, observations in targets.items():
        for o in observations:
            text = next(e["text"] for e in o["evidence"] if e["kind"] == "filter")
            for one in (text, o["wireshark"]):
                shown = {int(line) for line in run("-r", path, *DNS_ON_443, "-Y", one, "-T", "fields",
                                                   "-e", "frame.number").split()}
                cited = [e["packet"] for e in o["evidence"] if "packet" in e]
                must(shown & set(cited), f"{key}: '{one}' shows none of {cited}")
                if one == o["wireshark"]:
                    must(set(cited) <= shown, f"{key}: '{one}' does not show all of {cited}")


def one_capture(program, path):
    name = os.path.basename(path)
    try:
        found, total = by_tshark(path)
        targets = agree(path, diagnosed(program, path), found, total)
        if name in ("note-dns.pcap", "note-gateway.pcapng", "faults.pcap"):
            filters_show(path, targets)
        return name, len(targets), None
    except (AssertionError, KeyError) as fault:
        return name, 0, f"{name}: {type(fault).__name__}: {fault}"


def the_note(program, folder):
    """The tech note's own numbers, by tshark, and of both captures within one archive."""
    dns, total = by_tshark(f"{folder}/note-dns.pcap")
    gateway, more = by_tshark(f"{folder}/note-gateway.pcap")
    must(max(gateway["18.135.112.200", "tcp", 443].delays) < 0.001, "the resets come later than 1 ms")
    waves = {}
    for packet in packets_of(f"{folder}/note-dns.pcap", *DNS_ON_443):
        if packet["ip.dst"][-1] == "208.67.220.220":
            waves.setdefault(number(packet["udp.dstport"]), float(packet["frame.time_epoch"][0]))
    must(abs(waves[53] - waves[443] - 5) < 0.01, f"the waves are not 5 s apart: {waves}")
    both = {**gateway, **dns}
    document = diagnosed(program, f"{folder}/note.zip")
    agree("note.zip", document, both, total + more)
    must(document["status"]["dns_text"] == "Unprotected", document["status"])
    must(document["status"]["web_text"] == "Cloud Service Unavailable", document["status"])


def main():
    required()
    program, write_captures = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="safeconduct-tshark-") as folder:
        subprocess.run([write_captures, folder], check=True)
        paths = sorted(glob.glob(f"{folder}/*.pcap*"))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda path: one_capture(program, path), paths))
        faults = [fault for _, _, fault in results if fault]
        if not faults:
            the_note(program, folder)
    print("\n".join(faults) or f"{len(results)} captures agree: " +
          ", ".join(f"{name} ({count} targets)" for name, count, _ in results))
    return 1 if faults or len(results) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())

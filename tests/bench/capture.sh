#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/capture.sh [PACKETS]        (4000000 unless said: 936 MB)
# 'safeconduct diagnose' on a capture of that many packets, 5 % of them of the requirements, beside
# tcpdump with a filter for the same, in turn: medians of SC_BENCH_ROUNDS (3) rounds of CPU time; and
# tshark on the first 100000 packets, as it takes too long, and too much memory, for all of them. The
# capture is made in a temporary folder and removed. Before anything is measured, what 'diagnose' counts
# of each target is held against what was written; where they differ, the bench fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

packets=${1:-4000000}
program=${SC_BENCH_PROGRAM:-$PWD/build/release/bin/safeconduct}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$packets" "$work/all.pcap" "$work/written.json" <<'PYTHON'
import collections, json, random, struct, sys

count, path = int(sys.argv[1]), sys.argv[2]
random.seed(20261126)
CHUNK = 8192
OURS, THEIRS = 34, 36  # where the client's port stands: behind Ethernet and IPv4
ETHERNET = bytes(6) + bytes(6) + b"\x08\x00"


def address(text):
    return bytes(int(part) for part in text.split("."))


def packet(src, dst, protocol, payload, ttl=64):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, ttl, protocol, 0)
    return ETHERNET + head + src + dst + payload


def tcp(sport, dport, flags, data=b"", seq=1000, ack=0):
    return struct.pack("!HHIIBBHHH", sport, dport, seq, ack % 2**32, 0x50, flags, 64240, 0, 0) + data


def udp(sport, dport, data):
    return struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data


def query(number):
    name = b"".join(bytes([len(label)]) + label for label in (b"debug", b"opendns", b"com")) + b"\0"
    return struct.pack("!HHHHHH", number, 0x100, 1, 0, 0, 0) + name + struct.pack("!HH", 16, 1)


last_syn = (bytes(4), 0, 0)
made = None  # of the frame at hand, where it is about a requirement: what it is, and for TCP its connection


def one():
    """A frame, and where in it the client's port stands."""
    global last_syn, made
    made = None
    client = address(f"10.20.{random.randrange(4)}.{random.randrange(1, 255)}")
    other = address(f"{random.randrange(11, 200)}.{random.randrange(256)}.{random.randrange(256)}.9")
    port = random.randrange(1024, 65536)
    kind = random.random()
    if kind < 0.02:
        to = random.choice(("208.67.222.222", "208.67.220.220"))
        at = random.choice((53, 443))
        made = f"udp {to} {at}", None
        return packet(client, address(to), 17, udp(port, at, query(random.randrange(65536)))), OURS
    if kind < 0.035:
        last_syn = client, port, random.randrange(2**32)
        made = "syn", last_syn
        return packet(client, address("18.135.112.200"), 6, tcp(port, 443, 2, seq=last_syn[2])), OURS
    if kind < 0.05:
        client, port, seq = last_syn  # the answer to that
        made = "reset", last_syn
        return packet(address("18.135.112.200"), client, 6, tcp(443, port, 0x14, ack=seq + 1), 128), THEIRS
    if kind < 0.15:
        some = bytes(random.randrange(20, 400))
        return packet(other, client, 17, udp(random.choice((443, 5004)), port, some)), THEIRS
    size = random.choice((0, 0, 40, 200, 600))
    if random.random() < 0.5:
        return packet(client, other, 6, tcp(port, 443, 0x18, bytes(size))), OURS
    return packet(other, client, 6, tcp(443, port, 0x18, bytes(size))), THEIRS


# So many are made; each time that they are written, their clients have other ports: other flows.
chunk = bytearray()
places = []
for _ in range(min(CHUNK, count)):
    frame, port_at = one()
    places.append((len(chunk), len(chunk) + 16 + port_at, struct.unpack_from("!H", frame, port_at)[0], made))
    chunk += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
asked = []  # of tries that get no answer: the target and when, in units of 50 us
written = collections.Counter()
with open(path, "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    number = 0
    while number < count:
        some = places[: count - number]
        turn = number // CHUNK * 7919
        waiting = {}
        for place, port_at, port, what in some:
            if what and what[0] == "syn":
                waiting[what[1]] = number
            elif what and what[0] == "reset":
                written["tcp 18.135.112.200 443 reset"] += waiting.pop(what[1], None) is not None
            elif what:
                asked.append((what[0], number))
            struct.pack_into("<II", chunk, place, 1724728063 + number // 20000, number % 20000 * 50)
            struct.pack_into("!H", chunk, port_at, 1024 + (port + turn) % 64512)
            number += 1
        asked += [("tcp 18.135.112.200 443", at) for at in waiting.values()]
        file.write(chunk if len(some) == len(places) else chunk[: places[len(some)][0]])
for target, at in asked:  # silence counts after five seconds
    written[target] += number - 1 - at >= 5 * 20000
with open(sys.argv[3], "w") as file:
    json.dump(written, file)
PYTHON

tcpdump -r "$work/all.pcap" -w "$work/slice.pcap" -c 100000 2>/dev/null
python3 - "$work" "$program" "${SC_BENCH_ROUNDS:-3}" "$packets" <<'PYTHON'
import collections, json, os, statistics, subprocess, sys

work, program, rounds, packets = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
whole, part = f"{work}/all.pcap", f"{work}/slice.pcap"
wanted = ("host 208.67.222.222 or host 208.67.220.220 or net 146.112.63.0/24 or host 67.215.92.201 or "
          "host 67.215.92.210 or net 146.112.61.112/28 or host 18.135.112.200 or udp port 53 or icmp")
commands = {
    "`tcpdump -w` with a filter": (["tcpdump", "-n", "-r", whole, "-w", "/dev/null", wanted], packets),
    "`safeconduct diagnose`": ([program, "diagnose", "--region", "eu-west-2", whole], packets),
    "`tshark -Y`, 100000 packets": (["tshark", "-n", "-r", part, "-Y", "ip.addr == 208.67.222.222"],
                                    min(packets, 100000)),
}
report = subprocess.run(commands["`safeconduct diagnose`"][0] + ["--format", "json"], stdout=subprocess.PIPE).stdout
counted = collections.Counter()
for requirement in json.loads(report)["requirements"]:
    for seen in requirement["observations"]:
        if seen["outcome"] != "not-tested":
            end = " reset" if seen["outcome"] == "reset" else ""
            counted[f"{seen['protocol']} {seen['dst']} {seen['dport']}{end}"] += seen["count"]
with open(f"{work}/written.json") as file:
    written = collections.Counter(json.load(file))
if counted != +written:
    sys.exit(f"diagnose counts {dict(sorted(counted.items()))},\nwritten were {dict(sorted(written.items()))}")
times = {name: [] for name in commands}
peaks = {}
for _ in range(rounds):
    for name, (command, _) in commands.items():
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            sys.exit(f"{command[0]} failed")
        times[name].append(usage.ru_utime + usage.ru_stime)
        peaks[name] = usage.ru_maxrss * 1024 / 1e6
print(f"every count of diagnose is that of what was written: {sum(counted.values())} tries")
print(f"{packets} packets, {os.path.getsize(whole) / 1e6:.0f} MB, medians of {rounds} rounds\n")
print("| command | CPU | packets a second | peak memory |\n|---|---:|---:|---:|")
for name, seconds in times.items():
    median = statistics.median(seconds)
    print(f"| {name} | {median:.2f} s | {commands[name][1] / median / 1e6:.2f} M | {peaks[name]:.0f} MB |")
PYTHON

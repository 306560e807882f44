#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# probe.sh PROGRAM [TARGETS [RATE]]
# So many concurrent DNS probes over UDP (and as many silent ones) and handshakes over TCP against a
# live responder, in a network namespace that has nothing but a loopback: time, CPU, memory, and
# answers that were missed ("false timeouts"). Needs root.
set -euo pipefail

program=$(realpath "${1:?usage: probe.sh PROGRAM [TARGETS [RATE]]}")
targets=${2:-10000}
rate=${3:-10000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export program targets rate folder

unshare --net bash -euo pipefail <<'INSIDE'
ip link set dev lo up
python3 - "$folder" "$targets" <<'PYTHON'
import json, sys
folder, count = sys.argv[1], int(sys.argv[2])
addresses = [f"127.{1 + i // 62500}.{i // 250 % 250}.{1 + i % 250}" for i in range(count)]
def policy(name, protocol, port, probe):
    one = {"id": "many", "title": "Many", "feature": "dns", "level": "required", "expect": "allow",
           "protocol": protocol, "ports": [port], "to": {"addresses": addresses}, "probe": probe}
    with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as file:
        json.dump({"schema": "policy/1", "id": "bench", "requirements": [one]}, file)
txt = {"kind": "dns-txt", "name": "debug.opendns.com."}
policy("udp-answered", "udp", 53, txt)
policy("udp-silent", "udp", 54, txt)
policy("tcp", "tcp", 80, {"kind": "tcp"})
PYTHON
python3 - <<'PYTHON' &
import socket, threading
def udp(port, answers):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    one.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO: answers leave from the address that was asked
    one.bind(("0.0.0.0", port))
    while True:
        query, ancillary, _, peer = one.recvmsg(2048, 256)
        if answers:
            info = ancillary[0][2]
            one.sendmsg([query[:2] + bytes([query[2] | 0x80]) + query[3:]],
                        [(socket.IPPROTO_IP, 8, b"\0\0\0\0" + info[8:12] + b"\0\0\0\0")], 0, peer)
def tcp(port):
    one = socket.create_server(("0.0.0.0", port), backlog=4096)
    while True:
        one.accept()[0].close()
for target, arguments in ((udp, (53, True)), (udp, (54, False)), (tcp, (80,))):
    threading.Thread(target=target, args=arguments, daemon=True).start()
threading.Event().wait()
PYTHON
responder=$!
trap 'kill $responder' EXIT
sleep 1
printf '%-14s %8s %8s %8s %8s  %s\n' case seconds cpu_s rss_MiB timeouts open
for one in udp-answered udp-silent tcp; do
  status=0
  # Ways of answers are looked at one by one, 40 of them at most: that is most of the time of those.
  /usr/bin/env python3 - "$program" "$folder/$one.yaml" "$rate" "$one" <<'PYTHON' || status=$?
import json, resource, subprocess, sys, time
program, policy, rate, name = sys.argv[1:]
start = time.time()
done = subprocess.run([program, "probe", "--policy", policy, "--family", "4", "--rate", rate, "--tries", "3",
                       "--patience", "1000", "--format", "json"], capture_output=True, text=True, check=False)
took = time.time() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode > 1:
    sys.exit(done.stderr)
seen = [o["outcome"] for one in json.loads(done.stdout)["requirements"] for o in one["observations"]]
print(f"{name:14} {took:8.1f} {used.ru_utime + used.ru_stime:8.1f} {used.ru_maxrss / 1024:8.0f} "
      f"{seen.count('timeout') + seen.count('tarpit'):8}  {seen.count('open')} of {len(seen)}")
PYTHON
  [ "$status" -eq 0 ]
done
INSIDE

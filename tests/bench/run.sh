#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/run.sh [SIZE...]        (numbers of rules; 10000 100000 unless said)
# Builds the release program, writes rule sets of three shapes in two notations (generate_rules.cc),
# and measures 'safeconduct check' on them beside programs that only read them, all in one run and in
# turn (measure.cc): A B C A B C ..., medians. Prints Markdown tables to standard output; what it is
# doing, to standard error. The rule sets stay in build/bench.
#
#   SC_BENCH_ROUNDS=7    how often each command runs
#   SC_BENCH_LIMIT=300   seconds of CPU after which a command is given up
#   SC_BENCH_SHAPES="blocklist enterprise zones"
#   SC_BENCH_PEERS=no    only safeconduct and wc
#   SC_BENCH_BUILD=no    what was built last
#
# Before anything is measured, both notations of a set have to give one and the same answer, and the
# answer that is right: exit status 0; and 1 for a set that blocks the web gateway. While measuring,
# a run that ends otherwise than expected ends the benchmark.
#
# As JSON, the blocklist is what 'nft -j list ruleset' lists of it, beside programs that read JSON.
#
# Sets of 10,000 rules also answer 'trace --packets', 100,000 of them.
#
# A last table holds what was measured against the goals: ratios that hold on any machine.
#
# Ratios are of CPU time (user and system). The peers run in a network namespace of their own, made
# once, outside of what is measured, with nothing in it: none of them changes it. 'nft -c' takes
# time quadratic in the rules with anonymous sets: it is left out of enterprise and zones above
# 10,000 rules. Run it as root: without, 'nft -c' cannot send the kernel that many rules, and the
# table says that it failed. Nothing else should run on the machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/sbin

rounds=${SC_BENCH_ROUNDS:-7}
limit=${SC_BENCH_LIMIT:-300}
read -ra shapes <<<"${SC_BENCH_SHAPES:-blocklist enterprise zones}"
peers=${SC_BENCH_PEERS:-yes}
sizes=("$@")
if [ "${#sizes[@]}" -eq 0 ]; then
  sizes=(10000 100000)
fi
for size in "${sizes[@]}"; do
  if ! [[ $size =~ ^[1-9][0-9]{2,7}$ ]]; then
    echo "usage: tests/bench/run.sh [SIZE...]   (numbers of rules, 200 to 10000000)" >&2
    exit 2
  fi
done

say() {
  printf '== %s\n' "$*" >&2
}

fail() {
  printf 'tests/bench/run.sh: %s\n' "$*" >&2
  exit 1
}

# ---- what it needs

if [ -f examples/install-packages.sh ]; then
  bash examples/install-packages.sh test >&2
fi
missing=()
need() {  # PROGRAM PACKAGE
  command -v "$1" >/dev/null || missing+=("$2")
}
need g++ g++
need cmake cmake
need ninja ninja-build
need python3 python3
need unshare util-linux
if [ "$peers" = yes ]; then
  need nft nftables
  need jq jq
  need iptables-legacy-restore iptables
fi
if [ "${#missing[@]}" -gt 0 ]; then
  echo "tests/bench/run.sh: needs these packages: ${missing[*]}" >&2
  exit 2
fi

work=build/bench
mkdir -p "$work"
log=$work/log
: >"$log"

if [ "${SC_BENCH_BUILD:-yes}" = yes ]; then
  say "building (release)"
  cmake --preset release -DBUILD_TESTING=ON -DSC_BENCH=ON >>"$log" || fail "see $log"
  cmake --build --preset release --target safeconduct generate_rules measure >>"$log" ||
    fail "the build failed; see $log"
fi
program=build/release/bin/safeconduct
generate=build/release/bin/generate_rules
measure=build/release/bin/measure

# ---- the rule sets

# check FOLDER NOTATION EXPECTED-STATUS: one run, its JSON kept beside the rules.
check() {
  local status=0
  "$program" check --site "$1/site-$2.yaml" --format json >"$1/$2.json" 2>>"$log" || status=$?
  if [ "$status" -ne "$3" ]; then
    tail -n 5 "$log" >&2
    fail "$1, $2: safeconduct ended with $status, expected $3"
  fi
}

# Holds the verdicts of both notations against each other; prints the number of required flows.
flows() {
  python3 - "$1/iptables.json" "$1/nft.json" <<'PYTHON'
import json, sys

def verdicts(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    flows = []
    for requirement in report["requirements"]:
        for flow in requirement["flows"]:
            flows.append((requirement["id"], requirement["level"], flow["protocol"], flow["src"],
                          flow["dst"], flow["dport"], flow["verdict"]))
    return report["verdict"], sorted(flows)

one, other = (verdicts(path) for path in sys.argv[1:])
if one != other:
    sys.exit(f"{sys.argv[1]} and {sys.argv[2]} differ: {one[0]}, {other[0]}")
print(sum(1 for flow in one[1] if flow[1] == "required"))
PYTHON
}

for shape in "${shapes[@]}"; do
  folder=$work/$shape-blocked
  mkdir -p "$folder"
  "$generate" "$shape" 1000 "$folder" --blocked
  for notation in iptables nft; do
    check "$folder" "$notation" 1
  done
  flows "$folder" >/dev/null || fail "$folder: the notations differ"
  for size in "${sizes[@]}"; do
    folder=$work/$shape-$size
    say "$shape, $size rules: the answers"
    mkdir -p "$folder"
    "$generate" "$shape" "$size" "$folder"
    for notation in iptables nft; do
      check "$folder" "$notation" 0
    done
    flows "$folder" >"$folder/flows" || fail "$folder: the notations differ"
  done
done

# ---- measuring

separate=(unshare --net)
if [ "$(id -u)" -ne 0 ]; then
  separate=(unshare --user --map-root-user --net)
fi

# What the kernel lists of the blocklist as JSON; it has to give the answer of the text.
if [ "$peers" = yes ] && [[ " ${shapes[*]} " == *" blocklist "* ]]; then
  for size in "${sizes[@]}"; do
    folder=$work/blocklist-$size
    say "blocklist, $size rules: as JSON"
    "${separate[@]}" sh -c 'nft -f "$1/rules.nft" && nft -j list ruleset >"$1/rules.json"' \
      sh "$folder" 2>>"$log" || { rm -f "$folder/rules.json"; continue; }
    sed 's/rules\.nft/rules.json/' "$folder/site-nft.yaml" >"$folder/site-json.yaml"
    check "$folder" json 0
  done
fi
export XTABLES_LOCKFILE=$work/xtables.lock  # nobody else's turn to wait for

# Packets of clients to the service, to each other and to anywhere, for 'trace --packets'.
packets=$work/packets.jsonl
packet_count=100000
python3 - "$packet_count" >"$packets" <<'PYTHON'
import random, sys

random.seed(20261124)
for _ in range(int(sys.argv[1])):
    octets = [random.randrange(256) for _ in range(6)]
    first = random.choice((10, 151, 163, random.randrange(1, 224)))
    port = random.choice((53, 80, 443, 3306, 8443))
    print(f'{{"proto":"tcp","src":"10.{octets[0]}.{octets[1]}.{octets[2]}","sport":40000,'
          f'"dst":"{first}.{octets[3]}.{octets[4]}.{octets[5]}","dport":{port},'
          f'"in":"lan0","out":"wan0","state":"new","hook":"forward"}}')
PYTHON

plan() {  # SHAPE SIZE FOLDER
  line() {
    local IFS=$'\t'
    printf '%s\n' "$*"
  }
  line wc-iptables 0 wc -l "$3/rules.iptables"
  line check-iptables 0 "$program" check --site "$3/site-iptables.yaml"
  line wc-nft 0 wc -l "$3/rules.nft"
  line check-nft 0 "$program" check --site "$3/site-nft.yaml"
  if [ "$peers" = yes ] && [ -f "$3/site-json.yaml" ]; then
    line wc-json 0 wc -l "$3/rules.json"
    line check-json 0 "$program" check --site "$3/site-json.yaml"
    line jq 0 jq -c . "$3/rules.json"
    line python-json 0 python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$3/rules.json"
  fi
  if [ "$2" -eq 10000 ]; then
    line trace 0 "$program" trace "$3/rules.iptables" --packets "$packets" --format jsonl
  fi
  if [ "$peers" = yes ]; then
    line iptables-legacy-restore 0 iptables-legacy-restore --test "$3/rules.iptables"
    line iptables-nft-restore 0 iptables-nft-restore --test "$3/rules.iptables"
    line iptables-xml 0 iptables-xml "$3/rules.iptables"
    if [ "$1" = blocklist ] || [ "$2" -le 10000 ]; then
      line nft 0 nft -c -f "$3/rules.nft"
    fi
  fi
}

# Lines: SHAPE SIZE IPTABLES-BYTES NFT-BYTES, and what measure.cc prints.
results=$work/results.tsv
: >"$results"
for shape in "${shapes[@]}"; do
  for size in "${sizes[@]}"; do
    folder=$work/$shape-$size
    say "$shape, $size rules: $rounds rounds"
    plan "$shape" "$size" "$folder" >"$folder/plan"
    (
      ulimit -t "$limit"
      "${separate[@]}" "$measure" "$rounds" <"$folder/plan" >"$folder/results" 2>>"$log"
    ) || fail "cannot measure; see $log"
    if grep -P '^(wc|check)-[a-z]+\t(?!ok\t)' "$folder/results" >&2; then
      fail "$folder: a run that should have succeeded did not; see $log"
    fi
    bytes=$(stat -c %s "$folder/rules.iptables" "$folder/rules.nft" | paste -s)
    sed "s/^/$shape\t$size\t$bytes\t/" "$folder/results" >>"$results"
    if [ -f "$folder/rules.json" ]; then
      printf '%s\t%s\t%s\t0\tjson-bytes\tok\t0\t0\t0\n' "$shape" "$size" \
        "$(stat -c %s "$folder/rules.json")" >>"$results"
    fi
  done
done

# ---- the tables

model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
memory=$(awk '/^MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)
required=$(cat "$work/${shapes[0]}-${sizes[0]}/flows")
versions=$("$program" --version | head -n 1)
if [ "$peers" = yes ]; then
  versions+=", $(iptables-legacy-restore --version), $(nft --version | cut -d' ' -f1,2)"
fi
cat <<END
$(date -I), $(nproc) cores (${model:-unknown model}), $memory GiB, Linux $(uname -r | cut -d- -f1).
$versions.
Medians of $rounds rounds, warm cache. CPU is user and system time; rules/s and MB/s are of wall
time. $required required flows, clients 10.0.0.0/8.

END

awk -F'\t' -v packets="$packet_count" -v peers="$([ "$peers" = yes ] && echo 1 || echo 0)" '
function thousands(n,   text) {
  text = sprintf("%.0f", n)
  while (text ~ /[0-9][0-9][0-9][0-9]($|,)/) text = gensub_thousand(text)
  return text
}
function gensub_thousand(text,   at) {
  match(text, /[0-9][0-9][0-9]($|,)/)
  return substr(text, 1, RSTART - 1) "," substr(text, RSTART)
}
function rounded(n) { return n < 10 ? sprintf("%.1f", n) : thousands(n) }
function seconds(us) {
  return us < 1e4 ? sprintf("%.1f ms", us / 1e3) : us < 1e6 ? sprintf("%.0f ms", us / 1e3) \
                                                            : sprintf("%.1f s", us / 1e6)
}
function size(bytes) {
  return bytes < 1e6 ? sprintf("%.0f kB", bytes / 1e3) : sprintf("%.1f MB", bytes / 1e6)
}
{
  row = $1 "\t" $2
  if (!(row in seen)) { seen[row] = 1; order[++rows] = row }
  if ($5 == "json-bytes") { bytes[row, "json"] = $3; next }
  bytes[row, "iptables"] = $3; bytes[row, "nft"] = $4
  status[row, $5] = $6; cpu[row, $5] = $7; wall[row, $5] = $8; peak[row, $5] = $9
}
function peer(row, name, notation) {
  if (!((row, name) in status)) return "–"
  if (status[row, name] != "ok") return "failed: " status[row, name]
  return sprintf("%s× (%s, %.0f MB)", rounded(cpu[row, name] / cpu[row, "check-" notation]),
                 seconds(cpu[row, name]), peak[row, name] * 1024 / 1e6)
}
# A goal at this size: at most, or at least, so many times.
function goal(many, name, shape, what, measured, kind, most) {
  if (measured == "") return
  goals[++goal_count] = sprintf("| %s, %s, %s rules | %s | %.1f× | %s %s× | %s |", name, shape,
    thousands(many), what, measured,
    kind == "most" ? "≤" : "≥", most,
    (kind == "most" ? measured <= most * 1.1 : measured >= most / 1.1) ? "yes" : "no")
}
function ratio(row, one, other) {
  if (!((row, one) in status) || !((row, other) in status)) return ""  # asking would make them
  if (status[row, one] != "ok" || status[row, other] != "ok" || cpu[row, other] == 0) return ""
  return cpu[row, one] / cpu[row, other]
}
function judge_goals(row, shape, many,   tenth) {
  if (many == 1000000) {
    goal(many, "iptables-save", shape, "CPU ÷ `wc -l`", ratio(row, "check-iptables", "wc-iptables"),
         "most", shape == "blocklist" ? 2.5 : 4)
    goal(many, "nft", shape, "CPU ÷ `wc -l`", ratio(row, "check-nft", "wc-nft"), "most", 5)
    goal(many, "iptables-save", shape, "`iptables-xml` ÷ CPU",
         ratio(row, "iptables-xml", "check-iptables"), "least", 20)
    if (shape == "enterprise") {
      goal(many, "iptables-save", shape, "`iptables-legacy-restore --test` ÷ CPU",
           ratio(row, "iptables-legacy-restore", "check-iptables"), "least", 90)
      goal(many, "iptables-save", shape, "`iptables-nft-restore --test` ÷ CPU",
           ratio(row, "iptables-nft-restore", "check-iptables"), "least", 120)
    }
    tenth = shape "\t" many / 10
    if ((tenth, "check-iptables") in status)
      goal(many, "iptables-save", shape, "time ÷ time of a tenth",
           cpu[row, "check-iptables"] / cpu[tenth, "check-iptables"], "most", 9)
  }
  if ((shape == "blocklist" && many == 100000) || (shape == "enterprise" && many == 10000))
    goal(many, "nft", shape, "`nft -c -f` ÷ CPU", ratio(row, "nft", "check-nft"), "least",
         shape == "blocklist" ? 150 : 100)
  goal(many, "JSON", shape, "CPU ÷ `wc -l`", ratio(row, "check-json", "wc-json"), "most", 5.5)
  if (many == 100000)
    goal(many, "JSON", shape, "`jq` ÷ CPU", ratio(row, "jq", "check-json"), "least", 60)
  if ((row, "trace") in status && status[row, "trace"] == "ok")
    goal(many, "`trace --packets`", shape, "packets a second ÷ 200,000",
         packets / cpu[row, "trace"] * 1e6 / 200000, "least", 1)
}
function print_goals(   i, key) {
  for (i = 1; i <= rows; ++i) {
    split(order[i], key, "\t")
    judge_goals(order[i], key[1], key[2])
  }
  if (goal_count == 0) return
  print ""
  print "Goals, of what was measured here (a tenth of slack; of one thread or two as it comes):"
  print ""
  print "| work | ratio | measured | goal | met |"
  print "|---|---|---:|---:|---|"
  for (i = 1; i <= goal_count; ++i) print goals[i]
}
END {
  print "| rules | shape | notation | file | CPU | wall | rules/s | MB/s | peak memory | CPU of `wc -l` | ÷ `wc -l` |"
  print "|---:|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
  for (i = 1; i <= rows; ++i) {
    row = order[i]
    split(row, key, "\t")
    for (j = 1; j <= 2; ++j) {
      notation = j == 1 ? "iptables" : "nft"
      name = "check-" notation
      printf "| %s | %s | %s | %s | %s | %s | %s | %.1f | %.0f MB | %s | %s× |\n",
        thousands(key[2]), key[1], j == 1 ? "iptables-save" : "nft", size(bytes[row, notation]),
        seconds(cpu[row, name]), seconds(wall[row, name]),
        thousands(key[2] / wall[row, name] * 1e6), bytes[row, notation] / wall[row, name],
        peak[row, name] * 1024 / 1e6, seconds(cpu[row, "wc-" notation]),
        rounded(cpu[row, name] / (cpu[row, "wc-" notation] > 0 ? cpu[row, "wc-" notation] : 1))
    }
  }
  print ""
  print "Growth (time of ten times the rules), and packets a second of `trace --packets`:"
  print ""
  print "| rules | shape | notation | time ÷ time of a tenth | `trace`, packets/s |"
  print "|---:|---|---|---:|---:|"
  for (i = 1; i <= rows; ++i) {
    row = order[i]
    split(row, key, "\t")
    for (j = 1; j <= 2; ++j) {
      notation = j == 1 ? "iptables" : "nft"
      tenth = key[1] "\t" key[2] / 10
      growth = (tenth, "check-" notation) in status ? \
        sprintf("%.1f×", cpu[row, "check-" notation] / cpu[tenth, "check-" notation]) : "–"
      traced = j == 1 && (row, "trace") in status && status[row, "trace"] == "ok" ? \
        thousands(packets / cpu[row, "trace"] * 1e6) : "–"
      if (growth != "–" || traced != "–")
        printf "| %s | %s | %s | %s | %s |\n", thousands(key[2]), key[1],
          j == 1 ? "iptables-save" : "nft", growth, traced
    }
  }
  print_goals()
  if (!peers) exit
  print ""
  print "CPU time of programs that only read the same rules, in times that of `safeconduct check`"
  print "(their CPU time and peak memory):"
  print ""
  print "| rules | shape | `iptables-legacy-restore --test` | `iptables-nft-restore --test` | `iptables-xml` | `nft -c -f` |"
  print "|---:|---|---:|---:|---:|---:|"
  for (i = 1; i <= rows; ++i) {
    row = order[i]
    split(row, key, "\t")
    printf "| %s | %s | %s | %s | %s | %s |\n", thousands(key[2]), key[1],
      peer(row, "iptables-legacy-restore", "iptables"), peer(row, "iptables-nft-restore", "iptables"),
      peer(row, "iptables-xml", "iptables"), peer(row, "nft", "nft")
  }
  print ""
  print "`nft -j list ruleset`, beside programs that read JSON and nothing of what it means:"
  print ""
  print "| rules | shape | file | CPU | wall | rules/s | MB/s | peak memory | `jq -c .` | Python `json.load` |"
  print "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"
  for (i = 1; i <= rows; ++i) {
    row = order[i]
    name = "check-json"
    if (!((row, name) in status)) continue
    split(row, key, "\t")
    printf "| %s | %s | %s | %s | %s | %s | %.1f | %.0f MB | %s | %s |\n", thousands(key[2]), key[1],
      size(bytes[row, "json"]), seconds(cpu[row, name]), seconds(wall[row, name]),
      thousands(key[2] / wall[row, name] * 1e6), bytes[row, "json"] / wall[row, name],
      peak[row, name] * 1024 / 1e6, peer(row, "jq", "json"), peer(row, "python-json", "json")
  }
}' "$results"

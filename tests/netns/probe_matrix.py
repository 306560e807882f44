#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault that 'probe' can tell, made in a small internet of namespaces (probe_lab.py), in IPv4 and
IPv6: the program's word for it against the fault that is really there.

usage: probe_matrix.py [--rounds N] [--diagnose] PROGRAM [ROW...]
With --diagnose, what the client's cable carried meanwhile is given to 'diagnose', and the rules of the
routers to 'check': neither may contradict the probe.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from frame_tap import FrameTap
from probe_lab import (CERTIFICATE_OF_2019, GATE, GATE_NAME, GATEWAY, PROVIDER,
                       PUBLISHED_KEY, RESOLVERS, Keys, Lab, Resolver, accept_all, closing_talk,
                       dns_talk, http_talk, missing, must, reset_talk, serve_udp, silent_talk,
                       tls_talk)

PROGRAM = os.path.abspath(next((word for word in sys.argv[1:] if os.path.isfile(word)), ""))
DIAGNOSE = {"on": False, "table": None}  # set by main(), for the processes that it forks
ROWS = {}
QUICK = ["--tries", "2", "--patience", "500", "--rate", "500"]


def row(function):
    ROWS[function.__name__.replace("_", "-")] = function
    return function


def requirement(name, feature, protocol, port, addresses, probe, names=()):
    to = {"addresses": addresses} if addresses else {}
    if names:
        to["names"] = list(names)
    return {"id": name, "feature": feature, "level": "required", "expect": "allow",
            "protocol": protocol, "ports": [port], "to": to, "probe": probe}


try:
    import jsonschema
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                           "../../src/report/schema/probe.schema.json"), encoding="utf-8") as schema:
        VALIDATOR = jsonschema.Draft202012Validator(json.load(schema))
except ImportError:  # python3-jsonschema; schema_test.py says so
    VALIDATOR = None


def follows(document):
    """The published schema."""
    error = VALIDATOR and jsonschema.exceptions.best_match(VALIDATOR.iter_errors(document))
    must(not error, f"{error.json_path}: {error.message}" if error else "")


class Case:
    """A row in one family: the lab, the fakes in it, the policy, and what came out."""

    def __init__(self, family, folder, keys):
        self.family, self.folder, self.keys = family, folder, keys
        self.lab = Lab(folder)
        self.lab.reachable(family)
        self.key = self.keys.public
        self.resolvers = RESOLVERS[family]
        self.gate = GATE[family]
        now = int(time.time())
        self.valid = self.keys.certificate(self.keys.provider, now - 3600, now + 3600)
        self.result = None
        self.ip = "ip" if family == 4 else "ip6"
        self.wanted = []

    # -- what is there

    def dns(self, resolver=None, where=None, udp=(53, 443), tcp=(53,), space=None):
        resolver = resolver or Resolver(self.valid, names={GATE_NAME: [GATE[4], GATE[6]]})
        space = space or self.lab.server
        for address in where or self.resolvers:
            for port in udp:
                space.start(serve_udp, resolver, address, port)
            for port in tcp:
                space.start(accept_all, address, port, dns_talk(resolver))

    def web(self, talk=None, address=None, port=443, space=None):
        (space or self.lab.server).start(accept_all, address or self.gate, port,
                                         talk or tls_talk(self.keys.service))

    def service(self):
        self.dns()
        self.web()

    def forward(self, space, rules, *expected):
        space.nft("table inet faults { chain forward { type filter hook forward priority 0; "
                  f"policy accept; {rules}\n}}\n}}\n", *expected)

    def divert(self, rules, *expected):
        self.lab.gateway.nft(
            "table inet faults { chain prerouting { type nat hook prerouting priority -100; "
            f"policy accept; {rules}\n}}\n}}\n", *expected)

    # -- what is asked

    def want(self, *which):
        """Names of requirements of the usual policy, or requirements."""
        txt = {"kind": "dns-txt", "name": "debug.opendns.com.",
               "expect": {"server": "*", "source": "*", "dnscrypt-key": self.key,
                          "dnscrypt-provider": "2.dnscrypt-cert.opendns.com"}}
        issuer = {"issuer": "*Example Service CA*"}
        tls = {"kind": "tls", "name": GATE_NAME, "expect": issuer}
        usual = {
            "dns-443": requirement("dns-443", "dns-encrypted", "udp", 443, self.resolvers, txt),
            "dns-53": requirement("dns-53", "dns", "udp", 53, self.resolvers, txt),
            "dns-53-tcp": requirement("dns-53-tcp", "dns", "tcp", 53, self.resolvers, txt),
            "web": requirement("web", "swg", "tcp", 443, [self.gate], tls),
            "web-tcp": requirement("web-tcp", "swg", "tcp", 443, [self.gate], {"kind": "tcp"}),
            "web-name": requirement("web-name", "swg", "tcp", 443, [],
                                    {"kind": "resolve-then-tls", "name": GATE_NAME, "expect": issuer},
                                    [GATE_NAME]),
            "page": requirement("page", "ncsi", "tcp", 80, [self.gate],
                                {"kind": "http-get", "name": GATE_NAME,
                                 "expect": {"path": "/connecttest.txt",
                                            "body": "Microsoft Connect Test"}}),
        }
        self.wanted = [usual[one] if isinstance(one, str) else one for one in which]

    def command(self, *options):
        path = f"{self.folder}/policy.yaml"
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"schema": "policy/1", "id": "test", "requirements": self.wanted}, file)
        trust = ["--ca", f"{self.keys.folder}/service-ca.pem"]
        return [PROGRAM, "probe", "--policy", path, "--family", str(self.family), *trust, *options]

    def probe(self, *options, space=None, quick=True, around=None):
        words = self.command("--format", "json", *(QUICK if quick else []), *options)
        words = around(words) if around else words
        tap = FrameTap(self.lab.client, "up0") if DIAGNOSE["on"] and not space else None
        done = (space or self.lab.client).run(words, check=False)
        must(done.returncode in (0, 1), f"status {done.returncode}: {done.stderr}")
        self.result = json.loads(done.stdout)
        follows(self.result)
        must(done.returncode == (0 if self.result["verdict"] == "allowed" else 1), "exit status")
        if tap:
            self.diagnose(tap, as_any_client="--mark" not in options)
        return self.result

    def diagnose(self, tap, as_any_client):
        """The same from the wire. A capture may tell less, and nothing else."""
        capture = f"{self.folder}/client.pcap"
        tap.stop()
        tap.write(capture, silence=30)
        told = self.told_of(capture)
        proven = self.checked() if as_any_client else {}
        for one in self.result["requirements"]:
            for o in one["observations"]:
                if o["outcome"] not in ("local-error", "not-tested", "cancelled"):
                    target = (one["id"], o.get("dst"), o["protocol"])
                    self.agrees(one["id"], o, told.get(target))
                    self.agrees_with_rules(one["id"], o, proven.get(target))

    def told_of(self, capture):
        """What 'diagnose' says of a capture, by requirement, target and protocol."""
        done = self.lab.client.run(
            [PROGRAM, "diagnose", capture, "--policy", f"{self.folder}/policy.yaml", "--clients",
             "10.20.0.0/16" if self.family == 4 else "fd00:20::/64", "--format", "json"], check=False)
        must(done.returncode in (0, 1), f"diagnose: status {done.returncode}: {done.stderr}")
        return {(one["id"], o.get("dst"), o["protocol"]): o
                for one in json.loads(done.stdout)["requirements"] for o in one["observations"]}

    def checked(self):
        """What 'check' says of the rules of both routers, by requirement, target and protocol."""
        path = []
        for name, space in (("gateway", self.lab.gateway), ("provider", self.lab.provider)):
            listed = space.run(["nft", "list", "ruleset"]).stdout
            with open(f"{self.folder}/{name}-listed.nft", "w", encoding="utf-8") as file:
                file.write(listed or "table inet nothing {\n}\n")
            path.append({"device": name, "rules": [f"{name}-listed.nft"], "enter": "lan0", "leave": "wan0"})
        with open(f"{self.folder}/routers.yaml", "w", encoding="utf-8") as file:
            json.dump({"schema": "site/1", "site": "lab", "provider": "cisco-secure-access",
                       "clients": ["10.20.0.5/32" if self.family == 4 else "fd00:20::5/128"],
                       "regions": ["eu-west-2"], "policies": ["./policy.yaml"], "path": path}, file)
        done = subprocess.run([PROGRAM, "check", "--site", f"{self.folder}/routers.yaml",
                               "--format", "json"], capture_output=True, text=True, check=False)
        must(done.returncode in (0, 1), f"check: status {done.returncode}: {done.stderr}")
        return {(one["id"], dst.split("/")[0], flow["protocol"]): flow
                for one in json.loads(done.stdout)["requirements"] for flow in one["flows"]
                for dst in flow["dst"]}

    def agrees_with_rules(self, name, probed, flow):
        """What the rules stop is lost in the way that they say. What they let pass may be lost by
        what is no rule of theirs."""
        self.note(name, "check", probed, flow["verdict"] if flow else "nothing")
        if not flow or flow["verdict"] == "allowed":
            return
        outcome = probed["outcome"]
        if flow["verdict"] == "intercepted":
            must(outcome not in ("open", "timeout"),
                 f"{name}: the rules divert it, the probe says {outcome}")
        if flow["verdict"] != "blocked":
            return
        lost = "timeout" if flow["how"] == "drop" else \
            "reset" if flow["with"] == "tcp-reset" else "unreachable"
        must(outcome == lost, f"{name}: the rules say {lost}, the probe {outcome}\n{json.dumps(flow)}")

    def note(self, name, by, probed, word, cause="-"):
        if DIAGNOSE["table"]:
            with open(DIAGNOSE["table"], "a", encoding="utf-8") as file:
                print(DIAGNOSE["row"], self.family, name, by, probed["outcome"], word,
                      probed["cause"], cause, file=file)

    def agrees(self, name, probed, diagnosed):
        said = (probed["outcome"], diagnosed["outcome"] if diagnosed else "nothing")
        self.note(name, "diagnose", probed, said[1], diagnosed["cause"] if diagnosed else "-")
        less = {"unproven", "not-tested", "nothing"}
        # The probe says of all what a router said of one that was asked again; and only looks at
        # the way tell that an answer comes from another place.
        by_one = said == ("unreachable", "timeout") and any(
            one["kind"] == "asked-again" for one in probed["evidence"])
        elsewhere = said == ("intercepted", "open") and probed["cause"] == "dns-translated"
        # Of a range's address, chosen by the probe itself, it says less than of what a client asks.
        chosen = said == ("unproven", "timeout") and probed["cause"] == "silent-in-range"
        must(said[1] == said[0] or said[1] in less or by_one or elsewhere or chosen,
             f"{name}: the probe says {said[0]}, the capture {said[1]}\n"
             f"{json.dumps(probed, indent=1)}\n{json.dumps(diagnosed, indent=1)}")

    # -- what must have come out

    def seen(self, name):
        found = [one for one in self.result["requirements"] if one["id"] == name]
        must(found, f"nothing is said of {name}")
        return found[0]["observations"]

    def expect(self, name, outcome, cause, **more):
        for one in self.seen(name):
            said = {"outcome": one["outcome"], "cause": one["cause"]}
            for key in more:
                said[key] = one["icmp"]["from"] if key == "offender" and "icmp" in one else one.get(key)
            must(said == {"outcome": outcome, "cause": cause, **more},
                 f"{name}: {said}, not {outcome}, {cause}, {more}\n{json.dumps(one, indent=1)}")

    def evidence(self, name, kind, part):
        for one in self.seen(name):
            texts = [e["text"] for e in one["evidence"] if e["kind"] == kind]
            must(any(part in text for text in texts), f"{name}: '{part}' is not in {kind}: {texts}")

    def verdict(self, name, word):
        found = [one["verdict"] for one in self.result["requirements"] if one["id"] == name]
        must(found == [word], f"{name}: {found}, not {word}")


# ---- the rows

@row
def nothing_is_wrong(c):
    c.service()
    c.want("dns-443", "dns-53", "dns-53-tcp", "web", "web-name")
    c.probe()
    for name in ("dns-443", "dns-53", "dns-53-tcp", "web", "web-name"):
        c.expect(name, "open", "verified", verified=True)
    must(c.result["status"]["dns"] == "Encrypted", "DNS status")
    must(c.result["status"]["web"] == "Protected", "web status")
    c.evidence("dns-443", "server", "m84.lon")
    c.evidence("dns-443", "ttl", "TTL 62")
    c.evidence("dns-443", "certificate", "valid, serial 7")
    c.evidence("web", "issuer", "Example Service CA")
    c.evidence("web", "path", "nobody answers within 2 hops")
    c.evidence("web-name", "resolved", f"{GATE_NAME} > lb.{GATE_NAME} > {c.gate}")
    must("424242" not in json.dumps(c.result), "an organisation's id is shown")


@row
def port_443_is_dropped(c):
    c.service()
    c.forward(c.lab.gateway, "udp dport 443 counter drop", "udp dport 443 counter")
    c.want("dns-443", "dns-53", "web")
    c.probe()
    c.expect("dns-443", "timeout", "silent-drop", by="nobody")
    c.evidence("dns-443", "control", "the target answers on udp 53")
    c.evidence("dns-443", "asked-again", "when asked alone")
    c.expect("dns-53", "open", "verified")
    must(c.result["status"]["dns"] == "Transparent", "DNS status")
    must(c.lab.gateway.packets("udp dport 443") > 0, "the rule has seen nothing")


@row
def all_of_dns_is_dropped(c):
    c.service()
    c.forward(c.lab.gateway, "meta l4proto { tcp, udp } th dport { 53, 443 } counter drop", "th dport")
    c.want("dns-443", "dns-53", "web")
    c.probe()
    for name in ("dns-443", "dns-53", "web"):
        c.expect(name, "timeout", "silent")
        c.verdict(name, "blocked")
    must(c.result["status"]["dns"] == "Open", "DNS status")
    must(c.result["status"]["web"] == "CloudServiceUnavailable", "web status")
    c.evidence("dns-53", "control", "no other target answers on this port")
    must(c.lab.gateway.packets("th dport") > 0, "the rule has seen nothing")


def dropped_at(c, space, speaker, hop):
    c.service()
    c.forward(space, "tcp dport 443 counter drop", "tcp dport 443 counter")
    c.want("dns-53", "web")
    c.probe("--path")
    c.expect("web", "timeout", "silent-drop")
    must(f"hop {hop} ({speaker})" in c.seen("web")[0]["detail"], c.seen("web")[0]["detail"])
    must(space.packets("tcp dport 443") > 0, "the rule has seen nothing")


@row
def dropped_at_the_gateway(c):
    dropped_at(c, c.lab.gateway, GATEWAY[c.family], 1)


@row
def dropped_at_the_provider(c):
    dropped_at(c, c.lab.provider, PROVIDER[c.family], 2)


@row
def reset_by_the_gateway(c):
    c.service()
    c.forward(c.lab.gateway, "tcp dport { 53, 443 } counter reject with tcp reset", "tcp reset")
    c.want("web", "dns-53-tcp", "dns-53")
    c.probe()
    c.expect("web", "reset", "reset-before-target", by="before-target")
    c.expect("dns-53-tcp", "reset", "reset-before-target", by="before-target")
    c.expect("dns-53", "open", "verified")
    c.evidence("web", "path", f"1 {GATEWAY[c.family]}, 2 reset")
    must(c.lab.gateway.packets("tcp reset") > 0, "the rule has seen nothing")


@row
def closed_at_the_target(c):
    c.dns(udp=(53,), tcp=())
    c.want("web", "dns-443", "dns-53-tcp", "dns-53")
    c.probe()
    c.expect("web", "reset", "closed-at-target", by="target")
    c.expect("dns-53-tcp", "reset", "closed-at-target", by="target")
    for one in c.seen("dns-443"):
        must(one["outcome"] == "unreachable" and one["cause"] == "closed-at-target" and
             one["by"] == "target" and one["icmp"]["from"] == one["dst"], json.dumps(one))
    c.expect("dns-53", "open", "verified")


def rejected(c, how, listed, cause):
    c.service()
    c.forward(c.lab.gateway, "meta l4proto { tcp, udp } th dport { 53, 443 } counter reject with "
              f"{how}", listed)
    c.want("web", "dns-443", "dns-53")
    c.probe()
    for name in ("web", "dns-443", "dns-53"):
        c.expect(name, "unreachable", cause, by="before-target", offender=GATEWAY[c.family])
    must(c.lab.gateway.packets("reject") > 0, "the rule has seen nothing")


@row
def rejected_as_prohibited(c):
    rejected(c, "icmpx admin-prohibited", "admin-prohibited", "admin-prohibited")


@row
def rejected_as_a_host_that_is_not_there(c):
    rejected(c, "icmpx host-unreachable", "host-unreachable",
             "host-unreachable" if c.family == 4 else "address-unreachable")


@row
def rejected_as_a_port_that_is_closed(c):
    rejected(c, "icmpx port-unreachable", "reject", "port-unreachable")


@row
def icmp_is_limited(c):
    addresses = [(f"203.0.113.{i}" if c.family == 4 else f"2001:db8:9::{i:x}") for i in range(1, 11)]
    c.lab.gateway.sysctl("net/ipv4/icmp_ratelimit", 1000)
    c.lab.gateway.sysctl("net/ipv6/icmp/ratelimit", 1000)
    c.forward(c.lab.gateway, "udp dport 443 counter reject with icmpx admin-prohibited", "reject")
    c.want(requirement("many", "dns-encrypted", "udp", 443, addresses,
                       {"kind": "dns-txt", "name": "debug.opendns.com."}))
    c.probe("--tries", "1", "--patience", "500", "--rate", "500", quick=False)
    c.expect("many", "unreachable", "admin-prohibited", offender=GATEWAY[c.family])
    again = [one for one in c.seen("many") for e in one["evidence"]
             if e["kind"] == "asked-again" and "limited" in e["text"]]
    must(again, "no answer was held back: the limit is not in place")


@row
def dns_is_answered_by_the_gateway(c):
    c.service()
    fake = Resolver(server=None)
    c.dns(fake, [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("meta l4proto { tcp, udp } th dport 53 counter redirect", "redirect")
    c.want("dns-53", "dns-53-tcp", "dns-443")
    c.probe()
    for name in ("dns-53", "dns-53-tcp"):
        c.expect(name, "intercepted", "dns-no-server-line", by="before-target")
        c.verdict(name, "intercepted")
        c.evidence(name, "path", "1 answered")
    c.expect("dns-443", "open", "verified")
    must(c.lab.gateway.packets("redirect") > 0, "the rule has seen nothing")


@row
def dns_is_answered_with_errors(c):
    c.service()
    c.dns(Resolver(code=5), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("udp dport 53 counter redirect", "redirect")
    c.want("dns-53", "dns-443")
    c.probe()
    c.expect("dns-53", "intercepted", "dns-error-code", by="before-target")


@row
def dns_is_answered_by_a_clever_box(c):
    c.service()
    forged = c.keys.certificate(c.keys.other, int(time.time()) - 60, int(time.time()) + 3600)
    c.dns(Resolver(forged), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("udp dport 53 counter redirect", "redirect")
    c.want("dns-53", "dns-443")
    c.probe()
    c.expect("dns-53", "intercepted", "dns-bad-signature", by="before-target")
    c.evidence("dns-53", "certificate", "bad-signature")


@row
def dns_is_answered_too_near(c):
    c.service()
    c.dns(Resolver(), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("udp dport 53 counter redirect", "redirect")
    c.want("dns-53", "dns-443")
    c.probe()
    c.expect("dns-53", "intercepted", "dns-short-path", by="before-target", verified=False)


@row
def a_relay_shows_the_genuine_certificate(c):
    c.service()
    c.dns(Resolver(c.valid), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("meta l4proto { tcp, udp } th dport 53 counter redirect", "redirect")
    c.want("dns-53", "dns-53-tcp", "dns-443")
    c.probe()
    for name in ("dns-53", "dns-53-tcp"):
        c.expect(name, "intercepted", "dns-short-path", by="before-target", verified=False)
        c.evidence(name, "certificate", "valid, serial 7")
    c.expect("dns-443", "open", "verified", verified=True)
    must(c.lab.gateway.packets("redirect") > 0, "the rule has seen nothing")


@row
def a_relay_where_no_router_speaks(c):
    c.service()
    for space in (c.lab.gateway, c.lab.provider, c.lab.server):
        quiet = "icmp type { time-exceeded, destination-unreachable }" if c.family == 4 else \
            "icmpv6 type { time-exceeded, destination-unreachable }"
        space.nft("table inet quiet { chain output { type filter hook output priority 0; policy "
                  f"accept; {quiet} counter drop \n}}\n}}\n", "counter")
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "open", "relay-not-excluded", verified=False)


@row
def the_destination_is_translated(c):
    c.service()
    other = "10.40.0.2" if c.family == 4 else "fd00:40::2"
    c.dns(Resolver(c.valid), [other], udp=(53,), tcp=())
    to = f"{other}:53" if c.family == 4 else f"[{other}]:53"
    c.divert(f"udp dport 53 counter dnat {c.ip} to {to}", "dnat")
    c.want("dns-53", "dns-443")
    c.probe()
    c.expect("dns-53", "intercepted", "dns-translated", by="before-target", verified=False)
    c.expect("dns-443", "open", "verified")
    must(c.lab.gateway.packets("dnat") > 0, "the rule has seen nothing")


@row
def tls_is_inspected_by_an_authority_of_the_site(c):
    c.service()
    c.web(tls_talk(c.keys.box), space=c.lab.server, port=444)
    c.divert("tcp dport 443 counter redirect to :444", "redirect")
    c.web(tls_talk(c.keys.box), GATEWAY[c.family], port=444, space=c.lab.gateway)
    c.want("web", requirement("free", "swg", "tcp", 443, [c.gate], {"kind": "tls", "name": GATE_NAME}))
    added = "/usr/local/share/ca-certificates"
    bundle = f"{c.folder}/bundle.pem"
    with open(bundle, "w", encoding="ascii") as file:
        for name in ("service", "box"):
            with open(f"{c.keys.folder}/{name}-ca.pem", encoding="ascii") as one:
                file.write(one.read())

    # The system trusts both; one of them was added. Seen by the program alone.
    def trusting(words):
        at = words.index("--ca")
        return ["unshare", "--mount", "sh", "-c",
                f"mkdir -p {added} && mount -t tmpfs none {added} && "
                f"cp {c.keys.folder}/box-ca.pem {added}/proxy.crt && "
                f"export SSL_CERT_FILE={bundle} && exec \"$@\"", "sh", *words[:at], *words[at + 2:]]

    c.probe(around=trusting)
    c.expect("web", "tls-intercepted", "issuer-not-expected", by="before-target")
    c.expect("free", "tls-intercepted", "issuer-added-here", by="before-target")
    must(c.lab.gateway.packets("redirect") > 0, "the rule has seen nothing")


@row
def tls_whose_issuer_nobody_expects(c):
    c.service()
    c.want(requirement("web", "swg", "tcp", 443, [c.gate], {"kind": "tls", "name": GATE_NAME}))
    c.probe()
    c.expect("web", "open", "trusted-here", verified=False)
    c.evidence("web", "issuer-expected", "none")


def page_talk(text, status="200 OK"):
    def talk(peer, _):
        with peer:
            peer.recv(1024)
            peer.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n{text}".encode())
    return talk


@row
def the_page_that_was_asked_for(c):
    c.web(page_talk("Microsoft Connect Test"), port=80)
    c.want("page")
    c.probe()
    c.expect("page", "open", "http")


@row
def a_captive_portal(c):
    c.web(page_talk("<html>Please log in</html>"), GATEWAY[c.family], 80, c.lab.gateway)
    c.divert("tcp dport 80 counter redirect", "redirect")
    c.want("page")
    c.probe()
    c.expect("page", "intercepted", "http-other-page", by="before-target")
    must(c.lab.gateway.packets("redirect") > 0, "the rule has seen nothing")


class Changed(Resolver):
    """The service's, with an answer that is changed by a function of its bytes."""

    def __init__(self, certificate, change):
        super().__init__(certificate)
        self.change = change

    def answer(self, query, peer):
        return self.change(super().answer(query, peer))


@row
def a_record_of_another_name(c):
    class Foreign(Resolver):
        def records(self, name, kind, peer):
            return [one.replace(b"\x05debug", b"\x05bogus") for one in super().records(name, kind, peer)]
    c.dns(Foreign(c.valid))
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "intercepted", "dns-no-server-line")


@row
def an_answer_that_is_cut_short_over_udp(c):
    cut = Changed(c.valid, lambda reply: reply[:2] + b"\x83" + reply[3:-20])
    c.dns(cut, udp=(53, 443), tcp=())
    for address in c.resolvers:
        c.web(dns_talk(Resolver(c.valid)), address, 53)
    c.want("dns-53", "dns-443")
    c.probe()
    c.expect("dns-53", "open", "verified")
    c.evidence("dns-53", "truncated", "asked for again over TCP")
    c.expect("dns-443", "unproven", "dns-cut-short", verified=False)
    c.verdict("dns-443", "undecided")


@row
def half_an_answer_over_tcp(c):
    def half(peer, where):
        with peer:
            query = peer.recv(1024)[2:]
            reply = Resolver(c.valid).answer(query, where)
            peer.sendall(len(reply).to_bytes(2, "big") + reply[:30])
    for address in c.resolvers:
        c.web(half, address, 53)
    c.want("dns-53-tcp")
    c.probe()
    c.expect("dns-53-tcp", "unproven", "dns-cut-short")
    c.verdict("dns-53-tcp", "undecided")


@row
def an_icmp_error_that_passes(c):
    c.service()
    c.forward(c.lab.gateway, "udp dport 53 limit rate 1/day burst 2 packets counter reject with icmpx "
              "admin-prohibited", "admin-prohibited")
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "open", "verified")
    must(c.lab.gateway.packets("admin-prohibited") == 2, "the rule has not seen two packets")


@row
def a_server_failure_that_passes(c):
    class Failing(Resolver):
        left = 1
        def answer(self, query, peer):
            self.code = 2 if self.left > 0 else 0
            self.left -= 1
            return super().answer(query, peer)
    for address in c.resolvers:
        c.dns(Failing(c.valid), [address], udp=(53,), tcp=())
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "open", "verified")
    c.evidence("dns-53", "asked-again", "dns-server-failure")


@row
def a_server_failure_that_stays(c):
    c.dns(Resolver(code=2), udp=(53,), tcp=())
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "unproven", "dns-server-failure")
    c.verdict("dns-53", "undecided")


@row
def a_slow_answer_is_no_tarpit(c):
    def slow(peer, where):
        time.sleep(0.7)  # longer than what is waited for behind a single packet
        dns_talk(Resolver(c.valid))(peer, where)
    for address in c.resolvers:
        c.web(slow, address, 53)
    c.want("dns-53-tcp")
    c.probe()
    c.expect("dns-53-tcp", "open", "verified")


@row
def names_are_asked_where_port_53_is_shut(c):
    c.service()
    c.forward(c.lab.gateway, "meta l4proto { tcp, udp } th dport 53 counter drop", "th dport 53")
    c.want("dns-443", "dns-53", "web-name")
    c.probe()
    c.expect("dns-53", "timeout", "silent-drop")
    c.expect("web-name", "open", "verified")
    c.evidence("web-name", "resolved", f"asked of {c.resolvers[0]} port 443")


@row
def an_address_behind_a_nat64(c):
    made_up = "64:ff9b::" + GATE[4] if c.family == 6 else GATE[4]
    if c.family == 6:
        c.lab.server.ip(f"-6 address add {made_up}/128 dev lo nodad")
    c.dns(Resolver(c.valid, names={GATE_NAME: [made_up]}))
    c.web(address=made_up)
    c.want("dns-53", "web-name")
    c.probe()
    c.expect("web-name", "open", "verified")
    if c.family == 6:
        c.evidence("web-name", "nat64", f"made up by a DNS64 for {GATE[4]}")


@row
def this_host_refuses_itself(c):
    c.service()
    c.lab.client.nft("table inet own { chain output { type filter hook output priority 0; policy accept; "
                     "udp dport 53 counter reject with icmpx admin-prohibited ; "
                     "tcp dport 443 counter reject with tcp reset ; "
                     "tcp dport 53 counter reject with icmpx port-unreachable \n}\n}\n", "tcp reset")
    c.want("dns-53", "dns-53-tcp", "web", "dns-443")
    c.probe()
    for name in ("dns-53", "dns-53-tcp", "web"):
        c.expect(name, "local-error", "own-rules", by="this-host")
        c.verdict(name, "undecided")
    c.expect("dns-443", "open", "verified")
    must(c.lab.client.packets("tcp reset") > 0, "the rule has seen nothing")


@row
def no_more_connections_are_taken(c):
    """As by a full connection table: new flows are lost before anything else, what is on stays."""
    c.service()
    c.want("dns-53", "web")
    c.probe()
    c.expect("dns-53", "open", "verified")
    c.lab.gateway.nft("table inet tracks { chain prerouting { type filter hook prerouting priority -150; "
                      f"policy accept; iifname lan0 meta nfproto ipv{c.family} meta l4proto {{ tcp, udp }} "
                      "ct state new counter drop \n}\n}\n", "ct state new")
    c.probe("--path")
    c.evidence("dns-53", "control", "no other target answers on this port either")
    for name in ("dns-53", "web"):
        c.expect(name, "timeout", "silent", by="nobody")
    told = " ".join(one["detail"] for one in c.seen("dns-53") + c.seen("web"))
    must("drops these" not in told, told)
    must(c.lab.gateway.packets("ct state new") > 0, "the rule has seen nothing")


@row
def an_old_certificate_is_replayed(c):
    c.key = PUBLISHED_KEY
    c.dns(Resolver(CERTIFICATE_OF_2019))
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "intercepted", "dns-certificate-not-valid-today")
    c.evidence("dns-53", "certificate",
               "expired, serial 1574811744, valid from 2019-11-26T23:42:24Z to 2020-11-25T23:42:24Z")


@row
def a_certificate_is_not_asked_for_in_vain(c):
    c.dns(Resolver())
    c.want("dns-53")
    c.probe()
    c.expect("dns-53", "unproven", "no-certificate", verified=False)
    c.verdict("dns-53", "undecided")


@row
def tls_is_inspected(c):
    c.service()
    c.web(tls_talk(c.keys.box), GATEWAY[c.family], space=c.lab.gateway)
    c.divert("tcp dport 443 counter redirect", "redirect")
    c.want("web", "dns-53")
    c.probe()
    c.expect("web", "tls-intercepted", "issuer-not-expected", by="before-target")
    c.evidence("web", "issuer", "Inspection Box CA")
    c.verdict("web", "intercepted")
    must(c.lab.gateway.packets("redirect") > 0, "the rule has seen nothing")


@row
def a_proxy_completes_handshakes(c):
    c.service()
    c.web(silent_talk, GATEWAY[c.family], space=c.lab.gateway)
    c.divert("tcp dport 443 counter redirect", "redirect")
    c.want("web-tcp", "dns-53")
    c.probe()
    c.expect("web-tcp", "intercepted", "tcp-short-path", by="before-target")


@row
def the_certificate_is_for_another_name(c):
    c.web(tls_talk(c.keys.elsewhere))
    c.want("web")
    c.probe()
    c.expect("web", "unproven", "name-differs", verified=False)
    c.verdict("web", "undecided")


@row
def a_tarpit(c):
    c.web(silent_talk)
    c.dns(udp=(), tcp=())
    c.web(silent_talk, c.resolvers[0], 53)
    c.web(silent_talk, c.resolvers[1], 53)
    c.want("web", "dns-53-tcp")
    c.probe()
    c.expect("web", "tarpit", "silent-after-handshake")
    c.expect("dns-53-tcp", "tarpit", "silent-after-handshake")
    c.verdict("web", "blocked")


@row
def http_where_tls_should_be(c):
    c.web(http_talk)
    c.want("web")
    c.probe()
    c.expect("web", "unproven", "no-tls")
    c.evidence("web", "first-bytes", "HTTP/1.1 400 Bad Request")


@row
def reset_after_the_handshake(c):
    c.web(reset_talk)
    c.want("web")
    c.probe()
    c.expect("web", "reset", "reset-after-handshake")


@row
def closed_after_the_handshake(c):
    c.web(closing_talk)
    c.want("web")
    c.probe()
    c.expect("web", "unproven", "closed-after-handshake")
    c.verdict("web", "undecided")


@row
def no_such_host_behind_the_provider(c):
    nobody = "10.40.0.77" if c.family == 4 else "fd00:40::77"
    c.want(requirement("gone", "swg", "tcp", 443, [nobody], {"kind": "tcp"}))
    c.probe("--tries", "1", "--patience", "2500", quick=False)
    c.expect("gone", "unreachable", "upstream-host-unreachable", by="before-target",
             offender=PROVIDER[c.family])


@row
def one_family_is_shut(c):
    c.service()
    other = 10 - c.family
    c.forward(c.lab.gateway, f"meta nfproto ipv{other} counter drop", f"nfproto ipv{other}")
    c.dns(where=RESOLVERS[other], udp=(53,), tcp=())
    c.resolvers = RESOLVERS[4] + RESOLVERS[6]
    c.want("dns-53")
    c.probe("--family", str(other))
    for one in c.seen("dns-53"):
        shut = one["family"] == f"IPv{other}"
        must(one["outcome"] == ("timeout" if shut else "open"), json.dumps(one))
    c.verdict("dns-53", "partial")
    must(c.result["status"]["dns_by_family"][f"IPv{c.family}"] == "Transparent", "DNS status")
    must(c.result["status"]["dns_by_family"][f"IPv{other}"] == "Open", "DNS status")


@row
def this_host_has_no_route(c):
    c.lab.client.ip("-6 route del default" if c.family == 6 else "route del default")
    c.want("dns-53", "web")
    c.probe()
    c.expect("dns-53", "local-error", "no-route", by="this-host")
    c.expect("web", "local-error", "no-route", by="this-host")
    c.verdict("dns-53", "undecided")


@row
def this_host_has_no_openssl(c):
    """What needs none of it is probed; of the rest nothing false is said."""
    c.service()
    c.want("dns-53", "web", "web-tcp")
    without = ["env", f"LD_LIBRARY_PATH={c.folder}"]
    libssl = pathlib.Path(c.folder, "libssl.so.3")
    libssl.write_text("no library", encoding="utf-8")
    c.probe(around=lambda words: without + words)
    c.expect("web-tcp", "open", "handshake")
    c.expect("dns-53", "open", "verified")
    c.expect("web", "local-error", "local", by="this-host")
    must("libssl.so.3 is not installed" in c.seen("web")[0]["detail"], c.seen("web")[0]["detail"])
    c.verdict("web", "undecided")
    # Who signed a DNSCrypt certificate cannot be told.
    libssl.rename(libssl.with_name("libcrypto.so.3"))
    done = c.lab.client.run([*without, *c.command(*QUICK)], check=False)
    must(done.returncode == 2 and "libcrypto.so.3 is not installed" in done.stderr,
         f"status {done.returncode}: {done.stderr}")


@row
def this_host_stops_itself(c):
    c.service()
    c.lab.client.nft("table inet own { chain output { type filter hook output priority 0; "
                     "policy accept; udp dport 53 counter drop \n}\n}\n", "hook output")
    c.want("dns-53", "dns-443")
    c.probe()
    c.expect("dns-53", "local-error", "not-permitted", by="this-host")
    c.expect("dns-443", "open", "verified")


@row
def a_name_leads_to_a_private_address(c):
    inside = "192.168.7.7" if c.family == 4 else "fd00:7::7"
    c.dns(Resolver(c.valid, names={GATE_NAME: [inside]}))
    c.want("dns-53", "web-name")
    c.probe()
    c.expect("web-name", "intercepted", "dns-bogus-address", dst=inside, count=0)


@row
def a_name_that_nobody_knows(c):
    c.dns(Resolver(c.valid, names={}))
    c.want("dns-53", requirement("web-name", "swg", "tcp", 443, [],
                                 {"kind": "resolve-then-tls", "name": GATE_NAME}, [GATE_NAME]))
    c.probe()
    c.expect("web-name", "not-tested", "no-address-of-the-family")
    c.verdict("web-name", "undecided")


@row
def the_gateway_probes_for_itself(c):
    c.service()
    c.forward(c.lab.gateway, "th dport { 53, 443 } counter drop", "th dport")
    c.want("dns-53", "web")
    c.probe()
    c.expect("dns-53", "timeout", "silent")
    c.probe(space=c.lab.gateway)
    c.expect("dns-53", "open", "verified")
    told = [note["message"] for note in c.result["notes"] if note["code"] == "SC942"]
    must(told and "tests nothing of its forward chains" in told[0], f"notes: {told}")


@row
def a_made_up_client_goes_through_forward(c):
    c.service()
    clients = "10.20.0.0/24" if c.family == 4 else "fd00:20::/64"
    c.forward(c.lab.gateway, f"iifname lan0 {c.ip} saddr {clients} udp dport 443 counter drop ; "
              "iifname lan0 udp dport 53 counter accept ; iifname lan0 tcp dport 443 counter reject "
              "with tcp reset", "iifname \"lan0\"")
    c.want("dns-443", "dns-53", "web")
    c.probe(space=c.lab.gateway)
    for name in ("dns-443", "dns-53", "web"):
        c.expect(name, "open", "verified")
    # The routers and servers of the lab know the way back to the clients' network only.
    made_up = "10.20.0.99" if c.family == 4 else "fd00:20::99"
    before = links(c.lab.gateway)
    c.probe("--through-forward", made_up, "--in", "lan0", space=c.lab.gateway)
    c.expect("dns-443", "timeout", "silent-drop", src=made_up)
    c.expect("dns-53", "open", "verified", src=made_up)
    c.expect("web", "reset", "reset-before-target", src=made_up)
    told = [note["message"] for note in c.result["notes"] if note["code"] == "SC944"]
    must(told and "as if by lan0" in told[0], f"notes: {told}")
    must(c.lab.gateway.packets("udp dport 443") > 0, "the rule has seen nothing")
    must(links(c.lab.gateway) == before, "something is left behind")
    # By an interface of its own no rule for lan0 sees it.
    c.probe("--through-forward", made_up, space=c.lab.gateway)
    c.expect("dns-443", "open", "verified")
    # Nothing is left behind either where there is no time to clean up.
    c.forward(c.lab.provider, "udp dport { 53, 443 } counter drop", "drop")
    running = subprocess.Popen(c.command("--patience", "20000", "--through-forward", made_up),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: os_setns(c.lab.gateway.fd))
    for _ in range(100):
        if links(c.lab.gateway) != before:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("no client was made")
    running.kill()
    running.wait()
    for _ in range(100):
        if links(c.lab.gateway) == before:
            return
        time.sleep(0.05)
    raise AssertionError(f"left behind: {links(c.lab.gateway)}")


def links(space):
    shown = [space.run(["ip", *words]).stdout for words in
             (["-o", "link"], ["-4", "route"], ["-6", "route"], ["neighbour", "show", "nud", "permanent"])]
    names = sorted(line.split(":")[1].strip() for line in shown[0].splitlines())
    return names, [text for text in shown[1:3]], shown[3]


@row
def the_rule_that_decides_is_named(c):
    c.service()
    c.lab.gateway.nft("table inet faults { chain forward { type filter hook forward priority 0; policy "
                      "accept; tcp dport 443 accept ; udp dport 443 counter drop \n}\n"
                      "chain output { type filter hook output priority 0; policy accept; "
                      "udp dport 53 counter drop \n}\n}\n", "counter")
    listed = c.lab.gateway.run(["nft", "-a", "list", "ruleset"]).stdout
    handle = [line.split("# handle ")[1] for line in listed.splitlines() if "drop # handle" in line]
    c.want("dns-443", "dns-53", "web")
    made_up = "10.20.0.99" if c.family == 4 else "fd00:20::99"
    c.probe("--trace-rules", "--through-forward", made_up, "--in", "lan0", space=c.lab.gateway)
    c.expect("dns-443", "timeout", "silent-drop")
    c.evidence("dns-443", "rule-trace", f"dropped by inet faults forward, handle {handle[0]} (udp dport 443 "
               "counter drop)")
    c.evidence("web", "rule-trace", "passes, last by inet faults forward, handle ")
    c.evidence("dns-53", "rule-trace", "passes, last by the policy of inet faults forward")
    c.probe("--trace-rules", space=c.lab.gateway)
    c.expect("dns-53", "local-error", "not-permitted")
    c.expect("dns-443", "open", "verified")
    c.evidence("dns-443", "rule-trace", "passes, last by the policy of inet faults output")
    # Killed in the middle, it leaves its table, which the next run takes away.
    c.forward(c.lab.provider, "udp dport 443 counter drop", "drop")
    running = subprocess.Popen(c.command("--trace-rules", "--patience", "20000"),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: os_setns(c.lab.gateway.fd))

    def ours():
        return "safeconduct_trace" in c.lab.gateway.run(["nft", "list", "tables"]).stdout
    for _ in range(200):
        if ours():
            break
        time.sleep(0.05)
    running.kill()
    running.wait()
    must(ours(), "there is no table to be left")
    c.probe("--trace-rules", space=c.lab.gateway)
    must(not ours(), "a table is left behind")


@row
def as_the_client_does_it(c):
    asked = []
    resolver = Resolver(c.valid)
    answer = resolver.answer

    def note(query, peer):
        asked.append((time.time(), query[10:12]))
        return answer(query, peer)

    resolver.answer = note
    c.dns(resolver, udp=(53,), tcp=())
    c.forward(c.lab.gateway, "udp dport 443 counter drop", "udp dport 443")
    c.want("dns-443", "dns-53")
    started = time.time()
    c.probe("--as-client", quick=False)
    c.expect("dns-443", "timeout", "silent-drop")
    c.expect("dns-53", "open", "verified")
    must(c.result["status"]["dns"] == "Transparent", "DNS status")
    must(asked and asked[0][0] - started >= 5, "port 53 was asked before five seconds were over")
    must(all(count == b"\0\0" for _, count in asked), "a query carries an OPT record")
    # Two packets to each of two resolvers, and two more of the one that was asked again.
    must(c.lab.gateway.packets("udp dport 443") == 6, f"{c.lab.gateway.packets('udp dport 443')}")


@row
def source_interface_mark_and_dscp(c):
    c.service()
    second = "10.20.0.66" if c.family == 4 else "fd00:20::66"
    c.lab.client.ip(f"-6 address add {second}/64 dev up0 nodad" if c.family == 6 else
                    f"address add {second}/24 dev up0")
    dscp = f"{c.ip} dscp 46"
    c.forward(c.lab.gateway, f"{c.ip} saddr {second} {c.ip} dscp 46 udp dport 53 counter accept ; "
              "udp dport 53 counter drop", second)
    c.lab.client.nft("table inet own { chain output { type filter hook output priority 0; policy "
                     "accept; udp dport 53 meta mark != 7 counter drop \n}\n}\n", "meta mark")
    c.want("dns-53")
    c.probe("--source", second, "--interface", "up0", "--mark", "7", "--dscp", "46")
    c.expect("dns-53", "open", "verified", src=second)
    must(c.lab.gateway.packets(second) > 0, f"nothing came with {dscp}")


@row
def interrupted(c):
    c.forward(c.lab.gateway, "udp dport 53 counter drop", "udp dport 53")
    c.dns(udp=(443,), tcp=())
    c.want("dns-443", "dns-53")
    words = c.command("--format", "jsonl", "--patience", "20000")
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=lambda: os_setns(c.lab.client.fd))
    lines = [json.loads(running.stdout.readline()) for _ in range(2)]  # what is known streams out
    must({one["requirement"] for one in lines} == {"dns-443"}, f"{lines}")
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    must(running.returncode == 130, f"status {running.returncode}: {err}")
    lines += [json.loads(line) for line in out.splitlines()]
    for one in lines:
        follows(one)
    outcomes = {one["requirement"]: one["outcome"] for one in lines
                if one["schema"] == "safeconduct.probe.observation/1"}
    must(outcomes == {"dns-443": "open", "dns-53": "cancelled"}, f"{outcomes}")
    must(lines[-1]["schema"] == "safeconduct.probe.end/1" and lines[-1]["interrupted"], "no end")


@row
def beside_the_rules(c):
    c.service()
    rules = ("table inet f { chain forward { type filter hook forward priority 0; policy drop;\n"
             "ct state established,related accept\nudp dport 53 accept\n"
             "tcp dport 443 reject with tcp reset\nudp dport 443 drop\n}\n}\n")
    path = f"{c.folder}/gateway.nft"
    with open(path, "w", encoding="utf-8") as file:
        file.write(rules)
    options = ["--rules", path, "--clients", "10.20.0.0/24", "--clients", "fd00:20::/64"]
    c.want("dns-443", "dns-53", "web")

    def agreement(name, word, expected):
        for one in c.seen(name):
            beside = one["beside"]
            must((beside["agreement"], beside["expected"]) == (word, expected), json.dumps(one))

    # The rules are not loaded yet: the wire passes what they block.
    c.probe(*options)
    agreement("dns-53", "agree", "open")
    agreement("dns-443", "rules-block-wire-passes", "timeout")
    agreement("web", "rules-block-wire-passes", "reset")
    # Now they are: each is lost as they say.
    c.lab.gateway.nft(rules, "tcp reset")
    c.probe(*options)
    agreement("dns-53", "agree", "open")
    agreement("dns-443", "agree", "timeout")
    agreement("web", "agree", "reset")
    must(c.seen("web")[0]["beside"]["rules"][0]["line"] == 4, "the rule's line")
    # And a device beyond them stops the rest, and the web gateway in another way.
    c.lab.gateway.run(["nft", "flush", "ruleset"])
    c.forward(c.lab.provider, "udp dport 53 counter drop ; tcp dport 443 counter drop", "drop")
    c.probe(*options)
    agreement("dns-53", "rules-allow-wire-does-not", "open")
    agreement("web", "other-failure", "reset")


def of_quic(c):
    """The requirement whose constraint it is that QUIC is not blocked."""
    c.want("dns-443", "dns-53")
    c.wanted[0]["constraints"] = ["no-quic-block"]


@row
def quic_is_told_from_dns_on_443(c):
    c.service()
    of_quic(c)
    # Nothing is blocked: a resolver need not speak QUIC, and that is no accusation. Once in a while
    # the packet's random bytes make a question of DNS, and it is answered.
    c.probe()
    c.expect("dns-443", "open", "verified", verified=True)
    c.evidence("dns-443", "quic", "passes")
    # The gateway drops what has a version of QUIC's that nobody speaks, and nothing else.
    c.forward(c.lab.gateway, "udp dport 443 @th,72,32 0x1a2a3a4a counter drop", "counter")
    c.probe()
    c.expect("dns-443", "open", "verified", verified=True)
    c.evidence("dns-443", "quic", f"dropped behind hop 1 ({GATEWAY[c.family]})")
    must("UDP 443 passes for DNS" in c.seen("dns-443")[0]["detail"], c.seen("dns-443")[0]["detail"])
    must(c.lab.gateway.packets("443") > 0, "the rule has seen nothing")


@row
def udp_443_is_shut_as_a_whole(c):
    c.service()
    of_quic(c)
    c.forward(c.lab.gateway, "udp dport 443 counter reject with icmpx admin-prohibited", "admin-prohibited")
    c.probe()
    c.expect("dns-443", "unreachable", "admin-prohibited", offender=GATEWAY[c.family])
    c.evidence("dns-443", "quic", f"refused by {GATEWAY[c.family]}")
    must("shut as a whole" in c.seen("dns-443")[0]["detail"], c.seen("dns-443")[0]["detail"])
    c.expect("dns-53", "open", "verified")


@row
def each_rule_is_met_once(c):
    c.service()
    rules = ("table inet f { chain forward { type filter hook forward priority 0; policy drop;\n"
             "ct state established,related accept\nudp dport 53 accept\n"
             "tcp dport 443 reject with tcp reset\n}\n}\n")
    path = f"{c.folder}/gateway.nft"
    with open(path, "w", encoding="utf-8") as file:
        file.write(rules)
    c.lab.gateway.nft(rules, "tcp reset")
    # A range of which nobody is there but the gateway.
    many = "18.135.112.192/28" if c.family == 4 else "2a05:d01c:1::1f0/124"
    c.want("dns-53", "dns-443", requirement("range", "swg", "tcp", 443, [many], {"kind": "tcp"}),
           requirement("high", "ipsec", "udp", 53, [many],
                       {"kind": "dns-txt", "name": "debug.opendns.com."}))
    c.probe("--cover-rules", "--rules", path, "--clients", "10.20.0.0/24", "--clients", "fd00:20::/64")
    for name, outcome, agreement in (("dns-53", "open", "agree"), ("dns-443", "timeout", "agree"),
                                     ("range", "reset", "agree"), ("high", "unproven", "undecided")):
        seen = c.seen(name)
        must(len(seen) == 1, f"{name}: {len(seen)} observations of one rule")
        must((seen[0]["outcome"], seen[0]["beside"]["agreement"]) == (outcome, agreement),
             f"{name}: {json.dumps(seen[0], indent=1)}")
    # The rule lets it pass and nobody is there: no accusation.
    must(c.seen("high")[0]["cause"] == "silent-in-range", json.dumps(c.seen("high")[0]))


@row
def the_last_hop_is_a_device_of_the_site(c):
    c.service()
    c.forward(c.lab.gateway, "tcp dport 443 counter drop ; udp dport 443 counter reject with icmpx "
              "admin-prohibited", "tcp dport 443 counter", "admin-prohibited")
    listed = c.lab.gateway.run(["nft", "list", "ruleset"]).stdout
    with open(f"{c.folder}/perimeter.nft", "w", encoding="utf-8") as file:
        file.write(listed)
    c.want("dns-443", "dns-53", "web")
    with open(f"{c.folder}/site.yaml", "w", encoding="utf-8") as file:
        json.dump({"schema": "site/1", "site": "lab", "clients": ["10.20.0.0/24", "fd00:20::/64"],
                   "path": [{"device": "perimeter", "rules": ["perimeter.nft"],
                             "addresses": ["10.20.0.1", "fd00:20::1"]}]}, file)
    c.probe("--path", "--site", f"{c.folder}/site.yaml")
    gateway = GATEWAY[c.family]
    web = c.seen("web")[0]
    must(f"hop 1 ({gateway} [perimeter])" in web["detail"], web["detail"])
    must(web["path"][0]["device"] == "perimeter", f"{web['path']}")
    must("device" not in web["path"][1], f"{web['path']}")
    must(web["beside"]["agreement"] == "agree", f"{web['beside']}")
    c.evidence("web", "path", f"1 {gateway} [perimeter], 2 ")
    refused = c.seen("dns-443")[0]
    must(refused["icmp"]["device"] == "perimeter", f"{refused['icmp']}")
    must(f"{gateway} [perimeter]" in refused["detail"], refused["detail"])


def os_setns(fd):
    from probe_lab import setns
    setns(fd)


# ---- captures that show less than there was: what they do not show decides nothing

def faults_and_a_capture(c):
    """Port 443 of DNS is dropped and the web gateway reset; the rest passes. A tap on the cable."""
    c.service()
    c.forward(c.lab.gateway, "udp dport 443 counter drop ; tcp dport 443 counter reject with tcp reset",
              "udp dport 443", "tcp reset")
    c.want("dns-443", "dns-53", "dns-53-tcp", "web-tcp")
    tap = FrameTap(c.lab.client, "up0")
    c.probe()
    tap.stop()
    c.expect("dns-443", "timeout", "silent-drop")
    c.expect("web-tcp", "reset", "reset-before-target")
    must(c.lab.gateway.packets("udp dport 443") > 0, "the rule has seen nothing")
    return tap


def words_of(told, name):
    return {(o["outcome"], o["cause"]) for (one, *_), o in told.items() if one == name}


@row
def captured_from_one_side(c):
    tap = faults_and_a_capture(c)
    capture = f"{c.folder}/one-side.pcap"
    # All of it: the faults, as a control of what follows.
    tap.write(capture, silence=30)
    told = c.told_of(capture)
    must(words_of(told, "dns-443") == {("timeout", "silent")}, f"{told}")
    must({word for word, _ in words_of(told, "web-tcp")} == {"reset"}, f"{told}")
    # What the client sent: all of it was asked, and nothing is known of answers.
    tap.write(capture, silence=30, keep=lambda at, frame, outgoing: outgoing)
    told = c.told_of(capture)
    for name in ("dns-443", "dns-53", "dns-53-tcp", "web-tcp"):
        must(words_of(told, name) == {("unproven", "one-sided")}, f"{name}: {told}")
    # What came to it: answers show that it passes, a reset that it does not; silence does not show.
    tap.write(capture, silence=30, keep=lambda at, frame, outgoing: not outgoing)
    told = c.told_of(capture)
    must(not words_of(told, "dns-443"), f"{told}")
    for name in ("dns-53", "dns-53-tcp"):
        must(words_of(told, name) <= {("open", "verified"), ("unproven", "one-sided")}, f"{told}")


@row
def captured_and_cut_short(c):
    tap = faults_and_a_capture(c)
    capture = f"{c.folder}/cut-short.pcap"
    udp = 14 + (9 if c.family == 4 else 6)
    port = 14 + (20 if c.family == 4 else 40) + 2
    first = next(at for at, frame, _ in tap.frames
                 if frame[udp] == 17 and frame[port:port + 2] == b"\x01\xbb")
    for seconds in (0.2, 4.5):  # an answer has five
        tap.write(capture, keep=lambda at, frame, outgoing, end=first + seconds: at <= end)
        told = c.told_of(capture)
        must(words_of(told, "dns-443") == {("not-tested", "capture-ends-too-soon")},
             f"after {seconds} s: {told}")
        must({word for word, _ in words_of(told, "dns-53")} <= {"open", "not-tested"}, f"{told}")
    # Within a packet: what stands before is read, and it is said (status 1, by told_of).
    tap.write(capture, silence=30)
    size = os.path.getsize(capture)
    for less in (1, 70):
        os.truncate(capture, size - less)
        told = c.told_of(capture)
        must(words_of(told, "dns-443") <= {("timeout", "silent"),
                                               ("not-tested", "capture-ends-too-soon")}, f"{told}")
        must({word for word, _ in words_of(told, "web-tcp")} == {"reset"}, f"{told}")


# ---- all of them

def run_row(job):
    name, family, keys = job
    started = time.time()
    DIAGNOSE["row"] = name
    try:
        with tempfile.TemporaryDirectory(prefix="safeconduct-probe-") as folder:
            ROWS[name](Case(family, folder, keys))
        return name, family, "", time.time() - started
    except Exception:  # a row's failure is told, and the others go on
        return name, family, traceback.format_exc(), time.time() - started


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=1, help="all of it, so many times")
    arguments.add_argument("--diagnose", action="store_true", help="of a capture of it, too")
    arguments.add_argument("--table", help="a file: what probe and diagnose say, line by line")
    arguments.add_argument("program")
    arguments.add_argument("row", nargs="*")
    options = arguments.parse_args()
    DIAGNOSE.update(on=options.diagnose, table=options.table)
    lack = missing()
    if lack:
        print(f"cannot run here: {lack}")
        must_run = os.environ.get("CI") == "true" or os.environ.get("SC_REQUIRE_NETNS") == "1"
        return 1 if must_run else 77
    names = options.row or list(ROWS)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="safeconduct-probe-") as folder:
        keys = Keys(folder)
        jobs = [(name, family, keys) for name in names for family in (4, 6)]
        for number in range(options.rounds):
            failed += one_round(jobs, number, bool(options.row))
    return 1 if failed else 0


def one_round(jobs, number, verbose):
    failed = 0
    started = time.time()
    with multiprocessing.Pool(6, maxtasksperchild=1) as pool:  # they wait more than they work
        for name, family, fault, took in pool.imap(run_row, jobs):
            if fault or verbose:
                print(f"{name} (IPv{family}): {'FAILED' if fault else 'right'}, {took:.1f} s")
            if fault:
                failed += 1
                print(fault)
    print(f"round {number + 1}: {len(jobs)} rows, {failed} failed, {time.time() - started:.0f} s",
          flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())

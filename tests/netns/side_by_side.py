#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same faults before nmap, dig, the blackbox exporter of Prometheus and 'safeconduct probe', in one
run, each asked by a client in a small internet of namespaces (probe_lab.py): what each says of them, in
its own words, as a table in Markdown. As root.

usage: side_by_side.py PROGRAM [FAULT...]
Exit status: 0; 1 where 'safeconduct' does not name the fault; 77 where a tool is not installed.
"""

import json
import multiprocessing
import re
import shutil
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from probe_lab import (CERTIFICATE_OF_2019, GATE_NAME, GATEWAY, PUBLISHED_KEY, Keys, Resolver, must,
                       silent_talk, tls_talk)
from probe_matrix import Case, page_talk, requirement

TOOLS = ("nmap", "dig", "prometheus-blackbox-exporter", "nft", "ip", "openssl")
EXPORTER = "127.0.0.1:9115"
# As an operator of the exporter would have it: the resolvers say "server ...", the gateway's
# certificate is of an authority that is known.
MODULES = {
    "dns": {"prober": "dns", "timeout": "3s",
            "dns": {"query_name": "debug.opendns.com", "query_type": "TXT", "preferred_ip_protocol": "ip4",
                    "validate_answer_rrs": {"fail_if_none_matches_regexp": ["server .*"]}}},
    "tls": {"prober": "tcp", "timeout": "3s",
            "tcp": {"preferred_ip_protocol": "ip4", "tls": True,
                    "tls_config": {"server_name": GATE_NAME}}},
}
FAULTS = {}


class Fault:
    """What is made, which of the requirements it is about, and the word that names it."""

    def __init__(self, title, asked, outcome, cause, make):
        self.title, self.asked, self.outcome, self.cause, self.make = title, asked, outcome, cause, make


def fault(title, asked, outcome, cause):
    def keep(make):
        FAULTS[make.__name__.replace("_", "-")] = Fault(title, asked, outcome, cause, make)
        return make
    return keep


@fault("the gateway drops UDP 443", "dns-443", "timeout", "silent-drop")
def dropped(c):
    c.service()
    c.forward(c.lab.gateway, "udp dport 443 counter drop", "udp dport 443 counter")


@fault("the gateway resets TCP 443", "web", "reset", "reset-before-target")
def reset_before(c):
    c.service()
    c.forward(c.lab.gateway, "tcp dport 443 counter reject with tcp reset", "tcp reset")


@fault("nothing listens at the service", "web", "reset", "closed-at-target")
def closed(c):
    c.dns()


@fault("the gateway rejects UDP 53: prohibited", "dns-53", "unreachable", "admin-prohibited")
def prohibited(c):
    c.service()
    c.forward(c.lab.gateway, "udp dport 53 counter reject with icmpx admin-prohibited", "admin-prohibited")


@fault("the gateway answers DNS itself", "dns-53", "intercepted", "dns-no-server-line")
def redirected(c):
    c.service()
    c.dns(Resolver(server=None), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("udp dport 53 counter redirect", "redirect")


@fault("it answers as the service does", "dns-53", "intercepted", "dns-bad-signature")
def forged(c):
    c.service()
    now = int(time.time())
    certificate = c.keys.certificate(c.keys.other, now - 3600, now + 3600)
    c.dns(Resolver(certificate), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("udp dport 53 counter redirect", "redirect")


@fault("it relays DNS to the service, and back", "dns-53", "intercepted", "dns-short-path")
def relayed(c):
    c.service()
    c.dns(Resolver(c.valid), [GATEWAY[c.family]], udp=(53,), space=c.lab.gateway)
    c.divert("udp dport 53 counter redirect", "redirect")


@fault("a certificate of 2019 is replayed", "dns-53", "intercepted", "dns-certificate-not-valid-today")
def replayed(c):
    c.key = PUBLISHED_KEY
    c.dns(Resolver(CERTIFICATE_OF_2019))


@fault("a box opens TLS, its authority unknown", "web", "tls-intercepted", "issuer-not-expected")
def inspected(c):
    c.service()
    c.web(tls_talk(c.keys.box), GATEWAY[c.family], space=c.lab.gateway)
    c.divert("tcp dport 443 counter redirect", "redirect")


@fault("a proxy completes handshakes, and no more", "web", "tarpit", "silent-after-handshake")
def tarpit(c):
    c.web(silent_talk)


@fault("a portal shows its page in place of another", "page", "intercepted", "http-other-page")
def portal(c):
    c.web(page_talk("<html>Please log in</html>"), port=80)


@fault("the provider finds no such host", "gone", "unreachable", "upstream-host-unreachable")
def no_such_host(c):
    c.gone = "10.40.0.77"


# ---- the tools

def cell(text):
    return text.replace("|", "\\|").replace("\n", " ").strip()


def nmap(c, protocol, port, address):
    """The state of the port, with its reason; of TLS the issuer of the certificate as well."""
    kind = "-sU" if protocol == "udp" else "-sS"
    out = c.lab.client.run(["nmap", "-n", "-Pn", kind, "-p", str(port), "--reason", "--script",
                            "ssl-cert,http-title", address]).stdout
    state = re.search(rf"^{port}/{protocol}\s+(\S+)\s+\S+\s+(.*)$", out, re.MULTILINE)
    must(state, f"nmap: {out}")
    text = f"`{state[1]}`, {state[2]}"
    issuer = re.search(r"^\| +Issuer: (.*)$", out, re.MULTILINE)
    return text + (f"; issuer: {issuer[1]}" if issuer else "")


def dig(c, protocol, port, address):
    if protocol != "udp":
        return "–"
    out = c.lab.client.run(["dig", "+time=2", "+tries=2", "-p", str(port), f"@{address}", "TXT",
                            "debug.opendns.com"], check=False).stdout
    answers = re.findall(r"\tTXT\t(.*)$", out, re.MULTILINE)
    if answers:
        return "answer: " + " ".join(answers)
    status = re.search(r"status: (\w+)", out)
    errors = re.findall(r"communications error to [^:]*: (.*)$", out, re.MULTILINE)
    return f"`{errors[-1]}`" if errors else f"`{status[1]}`, no answer" if status else cell(out[-80:])


class Exporter:
    def __init__(self, c):
        self.c = c
        path = f"{c.folder}/blackbox.yml"
        modules = json.loads(json.dumps(MODULES))
        modules["tls"]["tcp"]["tls_config"]["ca_file"] = f"{c.keys.folder}/service-ca.pem"
        modules["page"] = {"prober": "http", "timeout": "3s",
                           "http": {"preferred_ip_protocol": "ip4",
                                    "fail_if_body_not_matches_regexp": ["Microsoft Connect Test"]}}
        modules["tcp"] = {"prober": "tcp", "timeout": "5s", "tcp": {"preferred_ip_protocol": "ip4"}}
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"modules": modules}, file)  # JSON is YAML
        # It ends with this process: a kill of the namespace's own child.
        self.process = c.lab.client.spawn(["prometheus-blackbox-exporter", f"--config.file={path}",
                                           f"--web.listen-address={EXPORTER}"])

    def get(self, path):
        def ask():
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://{EXPORTER}{path}", timeout=15) as reply:
                        return reply.read().decode()
                except OSError:
                    time.sleep(0.1)
            return None
        return self.c.lab.client.call(ask)

    def says(self, module, target):
        words = urllib.parse.urlencode({"module": module, "target": target, "debug": "true"})
        text = self.get(f"/probe?{words}")
        success = re.search(r"^probe_success (\d)", text, re.MULTILINE)
        must(success, text)
        if success[1] == "1":
            return "success"
        lines = [line for line in text.splitlines() if "level=error" in line or "level=warn" in line]
        said = lines[0] if lines else ""
        error = re.search(r'err="((?:[^"\\]|\\.)*)"', said)
        message = re.search(r'msg="((?:[^"\\]|\\.)*)"', said)
        words = (error or message)[1] if error or message else "no reason"
        return f"failed: `{words}`"

    def close(self):
        self.process.terminate()
        self.process.wait()


def safeconduct(c, name, expected):
    # A neighbour is searched for by a router for a second before it says that there is none.
    patient = ["--tries", "1", "--patience", "2500"] if name == "gone" else []
    c.probe("--path", *patient, quick=not patient)
    found = c.seen(name)[0]
    must((found["outcome"], found["cause"]) == (expected.outcome, expected.cause),
         f"{expected.title}: {json.dumps(found, indent=1)}")
    who = found["icmp"]["from"] if "icmp" in found else \
        {"before-target": "by a device before the target", "target": "by the target"}.get(found["by"], "")
    hop = re.search(r"hop \d+ \([^)]*\)", found["detail"])
    issuer = [e["text"] for e in found["evidence"] if e["kind"] == "issuer"]
    more = ", ".join(part for part in (
        who, f"last heard: {hop[0]}" if hop and found["outcome"] == "timeout" else "", f"issuer: {issuer[0]}" if issuer and
        found["outcome"] == "tls-intercepted" else "") if part)
    return f"`{found['outcome']}`, `{found['cause']}`" + (f"; {more}" if more else "")


def compared(job):
    """A row of the table, or what went wrong."""
    name, keys = job
    try:
        return row_of(FAULTS[name], keys), ""
    except AssertionError as error:
        return "", f"{name}: {error}"


def row_of(one, keys):
    with tempfile.TemporaryDirectory(prefix="safeconduct-side-") as folder:
        c = Case(4, folder, keys)
        one.make(c)
        c.want(*(["dns-443", "dns-53", "web"] if one.asked in ("dns-443", "dns-53", "web") else
                 ["page"] if one.asked == "page" else
                 [requirement("gone", "swg", "tcp", 443, [c.gone], {"kind": "tcp"})]))
        protocol, port, address, module = {
            "dns-443": ("udp", 443, c.resolvers[0], "dns"),
            "dns-53": ("udp", 53, c.resolvers[0], "dns"),
            "web": ("tcp", 443, c.gate, "tls"),
            "page": ("tcp", 80, c.gate, "page"),
            "gone": ("tcp", 443, getattr(c, "gone", ""), "tcp"),
        }[one.asked]
        exporter = Exporter(c)
        try:
            target = f"http://{address}/connecttest.txt" if module == "page" else f"{address}:{port}"
            said = exporter.says(module, target)
        finally:
            exporter.close()
        words = [one.title, nmap(c, protocol, port, address), dig(c, protocol, port, address), said,
                 safeconduct(c, one.asked, one)]
        return "| " + " | ".join(cell(word) for word in words) + " |"


def main():
    lacking = [tool for tool in TOOLS if not shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin")]
    if lacking:
        print(f"cannot run here: {', '.join(lacking)} not installed")
        return 77
    print("| what is there | nmap | dig | blackbox exporter | safeconduct probe |\n"
          "| --- | --- | --- | --- | --- |")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="safeconduct-side-") as folder:
        keys = Keys(folder)
        jobs = [(name, keys) for name in sys.argv[2:] or list(FAULTS)]
        with multiprocessing.Pool(4, maxtasksperchild=1) as pool:  # they wait more than they work
            for row, wrong in pool.imap(compared, jobs):
                failed += bool(wrong)
                print(row or wrong, file=sys.stderr if wrong else sys.stdout, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""'watch' in a small internet of namespaces (probe_lab.py), scraped by a real Prometheus where that is
installed; its text is read by promtool, and what is shipped beside it is verified.

usage: watch_scraped.py PROGRAM
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from probe_lab import Keys, missing, must, setns
from probe_matrix import PROGRAM, Case

WATCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples/watch")
LISTEN = "127.0.0.1:9469"
PROMETHEUS = "127.0.0.1:9090"


def eventually(what, text):
    for _ in range(600):
        if what():
            return
        time.sleep(0.1)
    raise AssertionError(text)


def get(space, url):
    def fetch():
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                return page.read().decode()
        except OSError:
            return ""
    return space.call(fetch)


def samples(text):
    """{'name{labels}': value}; a second sample of a series, or a broken line, fails."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = re.fullmatch(r'([a-z_]+(?:\{.*\})?) (\S+)', line)
        must(match, f"no sample: {line}")
        must(match[1] not in found, f"twice: {line}")
        found[match[1]] = float(match[2])
    return found


def started(c, *options):
    words = c.command("--tries", "2", *(() if "--patience" in options else ("--patience", "500")),
                      *options)
    words[1] = "watch"
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: setns(c.lab.client.fd))


def status(c, state):
    site = 'feature="dns",status="%s"' % state
    return any(site in key and value == 1 for key, value in
               samples(get(c.lab.client, f"http://{LISTEN}/metrics")).items()
               if key.startswith("safeconduct_client_status"))


def checked(text):
    if not shutil.which("promtool"):
        return
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True,
                          check=False)
    must(done.returncode == 0, f"promtool: {done.stdout}{done.stderr}")


class Prometheus:
    def __init__(self, c):
        self.space = c.lab.client
        config = f"{c.folder}/prometheus.yaml"
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                       "rule_files": [os.path.join(WATCH, "alerts.yaml")],
                       "scrape_configs": [{"job_name": "safeconduct",
                                           "static_configs": [{"targets": [LISTEN]}]}]}, file)
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={c.folder}/tsdb",
             f"--web.listen-address={PROMETHEUS}"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, preexec_fn=lambda: setns(c.lab.client.fd))

    def ask(self, query):
        text = get(self.space, f"http://{PROMETHEUS}/api/v1/query?query={urllib.parse.quote(query)}")
        return json.loads(text)["data"]["result"] if text else []

    def stop(self):
        self.process.terminate()
        self.process.wait()


def serves(c):
    c.service()
    c.want("dns-443", "dns-53", "web")
    textfile = f"{c.folder}/safeconduct.prom"
    watch = started(c, "--every", "10s", "--seed", "1", "--textfile", textfile)
    prometheus = Prometheus(c) if shutil.which("prometheus") else None
    try:
        eventually(lambda: status(c, "Encrypted"), "no run has ended")
        page = get(c.lab.client, f"http://{LISTEN}/metrics")
        checked(page)
        with open(textfile, encoding="utf-8") as file:
            text = file.read()
        checked(text)
        must(set(samples(text)) <= set(samples(page)), "the file and the page differ")
        must(c.gate in text and "424242" not in text, "labels")
        if prometheus:
            eventually(lambda: prometheus.ask('safeconduct_client_status{status="Encrypted"} == 1'),
                       "Prometheus does not scrape it")
            must(prometheus.ask('up{job="safeconduct"} == 1'), "up")
        # The network changes, and so does what is served.
        c.forward(c.lab.gateway, "udp dport 443 counter drop", "udp dport 443 counter")
        eventually(lambda: status(c, "Transparent"), "the change is not seen")
        if prometheus:
            eventually(lambda: prometheus.ask('safeconduct_client_status{status="Transparent"} == 1'),
                       "Prometheus does not see the change")
            eventually(lambda: prometheus.ask('ALERTS{alertname="SafeconductNotEncrypted"}'),
                       "the rules raise no alert")
            must(not prometheus.ask('ALERTS{alertname="SafeconductUnprotected"}'), "a false alert")
    finally:
        if prometheus:
            prometheus.stop()
        watch.send_signal(signal.SIGTERM)
        out, err = watch.communicate(timeout=30)
    must(watch.returncode == 0, f"status {watch.returncode}: {err}")
    must("DNS Protected and encrypted" in out and "DNS Protected, not encrypted" in out, out)
    dashboard(page)


def ends_in_a_run(c):
    """SIGINT while packets are out, with a server's threads beside."""
    c.forward(c.lab.gateway, "th dport { 53, 443 } counter drop", "th dport")
    c.want("dns-443", "dns-53")
    watch = started(c, "--patience", "20000")
    eventually(lambda: c.lab.gateway.packets("th dport") > 0, "nothing was sent")
    must("safeconduct_build_info" in get(c.lab.client, f"http://{LISTEN}/metrics"), "nothing is served")
    watch.send_signal(signal.SIGINT)
    _, err = watch.communicate(timeout=30)
    must(watch.returncode in (0, 130), f"status {watch.returncode}: {err}")
    must(not err, err)


def once(c):
    c.service()
    c.want("dns-443", "web")
    textfile = f"{c.folder}/once.prom"
    watch = started(c, "--once", "--textfile", textfile)
    _, err = watch.communicate(timeout=60)
    must(watch.returncode == 0, err)
    must(os.listdir(c.folder).count("once.prom") == 1, "no file")
    must(not [one for one in os.listdir(c.folder) if one.startswith("once.prom.")], "a file is left")
    # A folder that is not there, and an address that is taken, are said at once.
    for options, part in ((("--once", "--textfile", f"{c.folder}/no/such.prom"), "no/such.prom"),
                          (("--listen", "192.0.2.1:1"), "192.0.2.1:1")):
        watch = started(c, *options)
        _, err = watch.communicate(timeout=60)
        must(watch.returncode == 2 and part in err, f"{watch.returncode}: {err}")


def nagios(c):
    c.service()
    c.want("dns-443", "web")

    def plugin(*options):
        done = c.lab.client.run(c.command("--format", "nagios", "--tries", "2", "--patience", "500",
                                          *options), check=False)
        return done.returncode, done.stdout
    code, out = plugin()
    must(code == 0 and out.startswith("SAFECONDUCT OK - DNS Protected and encrypted"), out)
    must(re.search(r" \| allowed=2 blocked=0 .*'dns-443'=[0-9.]+ms;;;0", out.splitlines()[0]), out)
    c.forward(c.lab.gateway, "th dport 443 counter drop", "th dport 443")
    code, out = plugin()
    must(code == 2 and out.startswith("SAFECONDUCT CRITICAL - "), out)
    code, out = plugin("--site", "/no/such/file")
    must(code == 3 and out.startswith("SAFECONDUCT UNKNOWN - "), out)


def dashboard(page):
    known = {re.split(r"[{ ]", line)[0] for line in page.splitlines() if not line.startswith("#")}
    with open(os.path.join(WATCH, "dashboard.json"), encoding="utf-8") as file:
        board = json.load(file)
    with open(os.path.join(WATCH, "alerts.yaml"), encoding="utf-8") as file:
        text = file.read() + json.dumps(board)
    for name in set(re.findall(r"safeconduct_[a-z_]+", text)):
        must(name in known, f"{name} is shown, and not served")


def shipped():
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "rules", os.path.join(WATCH, "alerts.yaml")],
                              capture_output=True, text=True, check=False)
        must(done.returncode == 0, done.stdout + done.stderr)
    if not shutil.which("systemd-analyze"):
        return
    with tempfile.TemporaryDirectory(prefix="safeconduct-units-") as folder:
        for name in os.listdir(WATCH):
            if name.endswith((".service", ".timer")):
                with open(os.path.join(WATCH, name), encoding="utf-8") as file:
                    unit = file.read().replace("/usr/bin/safeconduct", PROGRAM)
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(unit)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no",
                               *(os.path.join(folder, name) for name in sorted(os.listdir(folder)))],
                              capture_output=True, text=True, check=False)
        must("safeconduct" not in done.stderr, done.stderr)


def main():
    lack = missing()
    if lack:
        print(f"cannot run here: {lack}")
        must_run = os.environ.get("CI") == "true" or os.environ.get("SC_REQUIRE_NETNS") == "1"
        return 1 if must_run else 77
    for program in ("prometheus", "promtool", "systemd-analyze"):
        if not shutil.which(program):
            print(f"without {program}")
    shipped()
    with tempfile.TemporaryDirectory(prefix="safeconduct-watch-") as folder:
        keys = Keys(folder)
        for number, part in enumerate((serves, ends_in_a_run, once, nagios)):
            inside = os.path.join(folder, str(number))
            os.mkdir(inside)
            begun = time.time()
            part(Case(4, inside, keys))
            print(f"{part.__name__}: right, {time.time() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

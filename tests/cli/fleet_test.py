#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 'audit' owes to others: to 'check', the same answer; to whoever reads its files, their schema;
to who kills it, a file to go on with; to the recipes of examples/fleet, that they work as they stand.

usage: fleet_test.py SOURCE_DIR PROGRAM
"""

import base64
import collections
import hashlib
import html.parser
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-jsonschema, python3-yaml)")
    sys.exit(77)

DAY = "2026-11-26"
SHARDS = 8
RULES = """table inet filter {{
	chain forward {{
		type filter hook forward priority filter; policy drop;
		ct state established accept
		{line}
		meta l4proto {{ tcp, udp }} th dport {{ 53, 80, 443 }} accept
	}}
}}
"""


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.policy = collections.Counter(), [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        named = dict(attrs)
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]


class Fleets:
    def __init__(self, root, program):
        self.root, self.program, self.faults = root, program, 0
        self.environment = dict(os.environ, AS_OF=DAY)
        schema = json.loads((root / "src/report/schema/audit.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        self.schema = jsonschema.Draft202012Validator(schema)

    def expect(self, holds, text):
        if not holds:
            self.faults += 1
            print(text)

    def run(self, *arguments, cwd=None, program=None):
        return subprocess.run([program or self.program, *map(str, arguments)], cwd=cwd or self.root,
                              capture_output=True, text=True, check=False, env=self.environment)

    def follows(self, text, what):
        for number, line in enumerate(text.splitlines() if isinstance(text, str) else [text], 1):
            document = json.loads(line) if isinstance(line, str) else line
            error = jsonschema.exceptions.best_match(self.schema.iter_errors(document))
            self.expect(error is None, f"{what}:{number}: {error and error.json_path}: "
                                       f"{error and error.message}")

    def fleet(self, folder, count):
        """Sites of three kinds, and one that is broken."""
        (folder / "sites").mkdir()
        (folder / "fleet.yaml").write_text(
            "schema: fleet/1\ndefaults: {regions: [eu-west-2]}\nsites: [sites/*.yaml]\n")
        for kind, line in enumerate(("", "udp dport 53 drop", "udp dport 53 limit rate 9/second accept")):
            (folder / f"sites/{kind}.nft").write_text(RULES.format(line=line))
        for i in range(count):
            rules = "missing" if i == 7 else i % 3
            (folder / f"sites/{i}.yaml").write_text(
                f"schema: site/1\nsite: site-{i}\nclients: [10.{i % 256}.0.0/16]\npath:\n"
                f"  - {{device: gw, rules: [{rules}.nft], enter: lan0, leave: wan0}}\n")
        return folder / "fleet.yaml"

    def same_as_check(self, folder):
        """One site after the other, alone in a fleet, and by 'check'."""
        sites = sorted(self.root.glob("examples/*/site*.yaml"))
        sites += sorted(self.root.glob("examples/fleet/sites/*.yaml"))
        self.expect(len(sites) > 10, "too few example sites")
        for site in sites:
            fleet = folder / "one.yaml"
            fleet.write_text(f"schema: fleet/1\nsites: ['{site}']\n", encoding="utf-8")
            audited = self.run("audit", fleet, "--as-of", DAY, "--format", "jsonl")
            record = json.loads(audited.stdout.splitlines()[1])
            checked = self.run("check", "--site", site, "--as-of", DAY, "--format", "json")
            whole = json.loads(checked.stdout)
            keys = ("policy", "id", "level", "expect", "verdict", "holds", "code", "waived")
            picked = [{key: one[key] for key in keys if key in one} for one in whole["requirements"]]
            told = [{key: one[key] for key in keys if key in one} for one in record["requirements"]]
            self.expect(picked == told, f"{site}: other requirements: {told}")
            for key in ("site", "verdict", "status", "summary"):
                self.expect(whole[key] == record[key], f"{site}: {key}: {record[key]}")
            later = [(one["effective"], one["requirement"]["id"]) for one in whole.get("upcoming", [])]
            said = [(one["effective"], one["requirement"]["id"]) for one in record.get("upcoming", [])]
            self.expect(later == said, f"{site}: upcoming: {said}")
            notes = collections.Counter(note["code"] for note in whole["notes"])
            self.expect(notes == record["notes"], f"{site}: notes: {record['notes']}")
            self.expect(checked.returncode == audited.returncode,
                        f"{site}: status {audited.returncode}, not {checked.returncode}")
            blamed = {(part["rule"]["file"], part["rule"]["line"])
                      for one in whole["requirements"] if not one["holds"]
                      for flow in one["flows"] for part in flow["parts"] if "file" in part["rule"]}
            for one in record["requirements"]:
                for rule in one.get("by", []):
                    self.expect((rule["file"], rule["line"]) in blamed, f"{site}: blames {rule}")

    def schemas(self, fleet, folder):
        for one in (fleet, self.root / "examples/fleet/fleet.yaml",
                    self.root / "examples/fleet/fleet-broken.yaml"):
            results = folder / "results"
            done = self.run("audit", one, "--as-of", DAY, "--output", results, "--format", "json")
            self.follows(results.read_text("utf-8"), f"{one} results")
            self.follows(json.loads(done.stdout), f"{one} summary")
            self.expect(done.stderr == "", f"{one}: {done.stderr}")

    def baselines(self, fleet, folder):
        """What was written down does not count, in one run, in shards, from the cache, in 'check'."""
        known = folder / "known.json"
        self.run("audit", fleet, "--as-of", DAY, "--quiet", "--write-baseline", known)
        baseline = json.loads(known.read_text("utf-8"))
        schema = json.loads((self.root / "src/report/schema/baseline.schema.json").read_text("utf-8"))
        error = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(schema).iter_errors(baseline))
        self.expect(error is None, f"baseline: {error and error.message}")
        beside = ["--as-of", DAY, "--baseline", known, "--quiet"]
        whole, parts = folder / "whole", [folder / f"share.{k}" for k in (1, 2, 3)]
        done = self.run("audit", fleet, *beside, "--output", whole, "--format", "json")
        self.follows(whole.read_text("utf-8"), "beside a baseline")
        self.follows(json.loads(done.stdout), "summary beside a baseline")
        records = {one["site"]: one for one in map(json.loads, whole.read_text("utf-8").splitlines())
                   if one["schema"] == "safeconduct.audit.site/1" and "verdict" in one}
        self.expect(len(records) == 39 and not any(one["fails"] for one in records.values()),
                    "beside the baseline of itself something fails")
        for k, part in enumerate(parts, 1):
            for _ in ("first", "from the cache"):
                self.run("audit", fleet, *beside, "--output", part, "--shard", f"{k}/3",
                         "--cache", folder / "beside")
        self.expect(self.merged(parts, folder, "of-shards") == self.merged([whole], folder, "of-one"),
                    "beside a baseline: shards have other answers")
        for site in ("1", "2"):
            words = ["--site", folder / f"sites/{site}.yaml", "--region", "eu-west-2", "--format", "json"]
            checked = json.loads(self.run("check", *beside[:-1], *words).stdout)
            told = records[f"site-{site}"]["requirements"]
            self.expect([one.get("known") for one in checked["requirements"]] ==
                        [one.get("known") for one in told], f"{site}: 'check' knows something else")
        baseline["findings"] = [one for one in baseline["findings"] if one["site"] != "site-1"]
        known.write_text(json.dumps(baseline), encoding="utf-8")
        done = self.run("audit", fleet, *beside[:-1], "--cache", folder / "beside", "--verbose",
                        "--format", "jsonl")
        fails = [one["site"] for one in map(json.loads, done.stdout.splitlines()) if one.get("fails")]
        self.expect(fails == ["site-1"], f"no longer known of site-1: {fails} fail")
        self.expect("38 of 40 answers from the cache" in done.stderr, f"cache: {done.stderr}")

    def page(self, fleet, folder):
        page = folder / "fleet.html"
        self.run("audit", fleet, "--as-of", DAY, "--quiet", "--format", f"html:{page}")
        text = page.read_text("utf-8")
        seen = Page(text)
        for tag in ("style", "script"):
            inside = re.search(f"<{tag}>(.*?)</{tag}>", text, re.S)[1]
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            self.expect(f"{tag}-src 'sha256-{digest}'" in seen.policy, f"the {tag} may not run")
        self.expect("default-src 'none'" in seen.policy, "the page may fetch")
        fetched = [value for name, value in seen.attributes
                   if name in ("src", "srcset", "action") or (name == "href" and value[0] != "#")]
        self.expect(not fetched, f"the page fetches {fetched}")
        inline = [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
        self.expect(not inline, f"the page has {inline}, which its policy forbids")
        self.expect(seen.tags["details"] == 40, f"{seen.tags['details']} sites have details")

    def any_number_of_threads(self, fleet):
        """The lines come in another order, and are the same."""
        one, many = (sorted(self.run("audit", fleet, "--as-of", DAY, "--format", "jsonl", "--jobs",
                                     jobs).stdout.splitlines()) for jobs in (1, 8))
        self.expect(one == many, "the answers hang on the number of threads")
        self.expect(len(one) == 41, f"{len(one)} lines")

    def killed(self, fleet, folder):
        """Killed once some lines are there, whenever that is; then gone on with."""
        whole = folder / "whole"
        self.run("audit", fleet, "--as-of", DAY, "--output", whole)
        part = folder / "part"
        with subprocess.Popen([self.program, "audit", str(fleet), "--as-of", DAY, "--jobs", "1",
                               "--resume", str(part)], stdout=subprocess.DEVNULL) as running:
            while running.poll() is None and not (part.exists() and part.read_bytes().count(b"\n") > 5):
                time.sleep(0.001)
            running.send_signal(signal.SIGKILL)
        self.expect(5 < part.read_bytes().count(b"\n") < 41, "it was not killed on its way")
        with part.open("ab") as file:
            file.write(b'{"schema":"safeconduct.aud')  # and in the middle of a line
        done = self.run("audit", fleet, "--as-of", DAY, "--resume", part, "--quiet")
        self.expect(done.returncode == 2, f"resumed: status {done.returncode}: {done.stderr}")
        lines = [sorted(file.read_text("utf-8").splitlines()) for file in (whole, part)]
        self.expect(lines[0] == lines[1], "resumed: other lines than in one run")

    def merged(self, files, folder, name):
        out = folder / name
        done = self.run("audit", "merge", *files, "--output", out, "--quiet",
                        "--format", f"html:{out}.html", "--format", f"csv:{out}.csv",
                        "--format", f"json:{out}.json", "--format", f"markdown:{out}.md")
        self.expect(done.returncode == 2, f"{name}: status {done.returncode}: {done.stderr}")
        return [pathlib.Path(f"{out}{end}").read_bytes() for end in ("", ".html", ".csv", ".json", ".md")]

    def recipes(self, fleet, folder):
        """All shards by each recipe, merged: the same bytes as one run."""
        one = folder / "one"
        self.run("audit", fleet, "--as-of", DAY, "--output", one)
        wanted = self.merged([one], folder, "wanted")
        tools = folder / "bin"
        tools.mkdir()
        (tools / "safeconduct").symlink_to(self.program)
        self.environment["PATH"] = f"{tools}:{os.environ['PATH']}"
        recipes = self.root / "examples/fleet/recipes"
        for script in sorted(recipes.glob("*.s*")):
            self.expect(self.run("-n", script, program="bash").returncode == 0, f"{script}: syntax")
        self.slurm(recipes, fleet, folder)
        self.expect(self.merged(sorted((folder / "slurm").glob("shard.*")), folder, "by-slurm") == wanted,
                    "slurm.sbatch: other bytes")
        self.kubernetes(recipes, fleet, folder)
        self.expect(self.merged(sorted((folder / "pods").glob("shard.*")), folder, "by-pods") == wanted,
                    "kubernetes-job.yaml: other bytes")
        if shutil.which("parallel"):
            for again in ("first", "again"):  # with all done, and one shard lost in its middle
                done = self.run(recipes / "parallel.sh", fleet, SHARDS, folder / "parallel", "--quiet",
                                program="bash")
                self.expect(done.returncode == 2, f"parallel.sh: {done.returncode} {done.stderr}")
                results = (folder / "parallel/results.jsonl").read_bytes()
                self.expect(results == wanted[0], f"parallel.sh, {again}: other bytes")
                lost = folder / "parallel/shard.3.jsonl"
                lost.write_bytes(lost.read_bytes()[:-400])
            self.changed_between(recipes, fleet, folder)
        else:
            print("not run: parallel.sh (Debian: parallel)")

    def changed_between(self, recipes, fleet, folder):
        """The shards of an earlier run are in the folder: another day, another site, other rules."""
        changes = {
            "another day": lambda: self.environment.update(AS_OF="2026-11-27"),
            "a further site": lambda: (folder / "sites/further.yaml").write_text(
                (folder / "sites/1.yaml").read_text().replace("site-1", "site-further")),
            "other rules": lambda: (folder / "sites/0.nft").write_text(
                RULES.format(line="udp dport 53 drop"))}
        for what, change in changes.items():
            change()
            day = self.environment["AS_OF"]
            anew = folder / "anew"
            self.run("audit", fleet, "--as-of", day, "--output", anew)
            self.run("audit", "merge", anew, "--output", anew, "--quiet")
            done = self.run(recipes / "parallel.sh", fleet, SHARDS, folder / "parallel", "--quiet",
                            program="bash")
            self.expect(done.returncode == 2, f"parallel.sh, {what}: {done.returncode} {done.stderr}")
            results = (folder / "parallel/results.jsonl").read_bytes()
            self.expect(results == anew.read_bytes(), f"parallel.sh, {what}: answers of the earlier run")

    def slurm(self, recipes, fleet, folder):
        """As slurmd starts the tasks of an array: slurm_test.py asks a real one."""
        for task in range(1, SHARDS + 1):
            self.environment.update(FLEET=str(fleet), RESULTS=str(folder / "slurm"),
                                    SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT=str(SHARDS))
            done = self.run(recipes / "slurm.sbatch", program="bash")
            self.expect(done.returncode == 0, f"slurm.sbatch: {done.returncode} {done.stderr}")

    def kubernetes(self, recipes, fleet, folder):
        """The container's command, by its index."""
        job = yaml.safe_load((recipes / "kubernetes-job.yaml").read_text("utf-8"))
        spec = job["spec"]
        self.expect(job["kind"] == "Job" and spec["completionMode"] == "Indexed", "no Indexed Job")
        container = spec["template"]["spec"]["containers"][0]
        names = {one["name"]: one["value"] for one in container["env"]}
        self.expect(names["SHARDS"] == str(spec["completions"]) == str(SHARDS), "SHARDS differ")
        self.expect(all(isinstance(value, str) for value in names.values()), "env is of strings")
        mounts = {one["name"] for one in container["volumeMounts"]}
        self.expect(mounts == {one["name"] for one in spec["template"]["spec"]["volumes"]}, "volumes")
        (folder / "pods").mkdir()
        for index in range(spec["completions"]):
            self.environment.update(names, FLEET=str(fleet), RESULTS=str(folder / "pods"),
                                    JOB_COMPLETION_INDEX=str(index))
            done = self.run(*container["command"][1:], program=container["command"][0])
            self.expect(done.returncode == 0, f"kubernetes-job.yaml: {done.returncode} {done.stderr}")

    def ansible(self, folder):
        """On this host as the gateway, in a network without anything: each probe says so."""
        if not shutil.which("ansible-playbook"):
            print("not run: ansible-probe.yaml (Debian: ansible-core)")
            return
        words = ["ansible-playbook", "-i", "gateway-1,", "-c", "local",
                 self.root / "examples/fleet/recipes/ansible-probe.yaml",
                 "-e", json.dumps({"results": str(folder / "probes"), "spread": 0,
                                   "safeconduct": self.program})]
        if self.run("-n", "true", program="unshare").returncode == 0:
            words = ["unshare", "-n", *words]
        else:
            words += ["-e", json.dumps({"probe": ["--dry-run"]})]
        self.environment.update(ANSIBLE_LOCALHOST_WARNING="False", LC_ALL="C.UTF-8",
                                ANSIBLE_HOME=str(folder / "ansible"),
                                ANSIBLE_LOCAL_TEMP=str(folder / "ansible/tmp"))
        done = self.run(*words[1:], program=words[0])
        self.expect(done.returncode == 0, f"ansible-playbook: {done.returncode}\n{done.stdout}\n{done.stderr}")
        if done.returncode == 0:
            answer = json.loads((folder / "probes/gateway-1.json").read_text("utf-8"))
            self.expect(answer["schema"].startswith("safeconduct.probe"), f"brought back: {answer}")


def main():
    root, program = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    fleets = Fleets(root, program)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        fleet = fleets.fleet(folder, 40)
        fleets.same_as_check(folder)
        fleets.schemas(fleet, folder)
        fleets.baselines(fleet, folder)
        fleets.page(fleet, folder)
        fleets.any_number_of_threads(fleet)
        fleets.killed(fleet, folder)
        fleets.recipes(fleet, folder)
        fleets.ansible(folder)
    print(f"{fleets.faults} faults")
    return 1 if fleets.faults else 0


if __name__ == "__main__":
    sys.exit(main())

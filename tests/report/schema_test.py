#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds what the program prints as JSON against the published schemas.

Every example site is checked in both formats; every witness packet of the results is traced, each
line of the answer follows its schema, and says what the check said of that packet. The certificate
of each site follows its schema and is valid; with one letter of a rule file changed it is not. SARIF
is held against the schema that its standard publishes (published/README.md).

usage: schema_test.py SOURCE_DIR PROGRAM
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-jsonschema)")
    sys.exit(77)

# What 'trace' says of a packet that 'check' called so.
SAME = {"allowed": {"accept"}, "blocked": {"drop", "reject"}, "intercepted": {"intercept"},
        "undecided": {"undecided"}}


def validator(root, name):
    schema = json.loads((root / "src/report/schema" / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Run:
    def __init__(self, root, program):
        self.root, self.program, self.faults = root, program, 0
        self.check_schema = validator(root, "check.schema.json")
        self.trace_schema = validator(root, "trace.schema.json")
        self.certificate_schema = validator(root, "certificate.schema.json")
        self.verify_schema = validator(root, "verify-certificate.schema.json")
        published = root / "tests/report/published/sarif-2.1.0-rtm.5.json"
        sarif = json.loads(published.read_text(encoding="utf-8"))
        jsonschema.Draft4Validator.check_schema(sarif)
        self.sarif_schema = jsonschema.Draft4Validator(sarif)

    def fault(self, text):
        self.faults += 1
        print(text)

    def output(self, *arguments, text=None):
        done = subprocess.run([self.program, *arguments], cwd=self.root, input=text,
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            self.fault(f"{' '.join(arguments)}: status {done.returncode}: {done.stderr}")
        return done.stdout

    def follows(self, schema, document, what):
        error = jsonschema.exceptions.best_match(schema.iter_errors(document))
        if error:
            self.fault(f"{what}: {error.json_path}: {error.message}")

    def site(self, site):
        arguments = ["check", "--site", site, "--format"]
        whole = json.loads(self.output(*arguments, "json"))
        self.follows(self.check_schema, whole, f"{site} json")
        lines = [json.loads(line) for line in self.output(*arguments, "jsonl").splitlines()]
        for line in lines:
            self.follows(self.check_schema, line, f"{site} jsonl")
        for part, kind in (("requirements", "requirement"), ("upcoming", "upcoming")):
            told = [line for line in lines if line["schema"] == f"safeconduct.check.{kind}/1"]
            named = [line["requirement"] if kind == "upcoming" else line for line in told]
            wanted = [one["requirement"] if kind == "upcoming" else one
                      for one in whole.get(part, [])]
            if [one["id"] for one in named] != [one["id"] for one in wanted]:
                self.fault(f"{site}: json and jsonl name other {part}")
        return sum(self.witnesses(site, whole, files) for files in self.devices(whole, site))

    def sarif(self, sites):
        """Of each site, and of the report with every outcome, as its golden file has it."""
        for site in sites:
            log = json.loads(self.output("check", "--site", site, "--format", "sarif"))
            self.follows(self.sarif_schema, log, f"{site} sarif")
        golden = self.root / "tests/report/golden/writers/sarif.golden"
        log = json.loads(golden.read_text(encoding="utf-8").split("--- report\n")[1])
        self.follows(self.sarif_schema, log, "sarif.golden")
        results = log["runs"][0]["results"]
        if not any("suppressions" in one for one in results):
            self.fault("sarif.golden: nothing is suppressed")
        for key, value in (("level", "fatal"), ("line", 3), ("message", {})):
            broken = json.loads(json.dumps(log))
            broken["runs"][0]["results"][0][key] = value
            if self.sarif_schema.is_valid(broken):
                self.fault(f"the schema of SARIF lets {key} of {value} pass")

    def certificate(self, site, *asking):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "certificate.json"
            self.output("check", *(asking or ("--site", site)), "--quiet", "--certificate",
                        str(path))
            certificate = json.loads(path.read_text(encoding="utf-8"))
            self.follows(self.certificate_schema, certificate, f"{site} certificate")
            files = [self.root / one["name"] for one in certificate["inputs"]
                     if one["role"] == "rules"]
            changed = [pathlib.Path(folder) / one.name for one in files]
            for one, copy in zip(files, changed):
                copy.write_bytes(one.read_bytes())
            for rules, valid in ((files, True), (changed, True), (changed, False)):
                if not valid:
                    changed[0].write_bytes(changed[0].read_bytes() + b"\n")
                answer = json.loads(self.output("verify-certificate", str(path), *map(str, rules),
                                                "--format", "json"))
                self.follows(self.verify_schema, answer, f"{site} verify-certificate")
                if answer["valid"] != valid:
                    self.fault(f"{site}: the certificate should be valid: {valid}; {answer}")

    def ranges(self):
        """What 'ranges diff' and 'ranges resolve' print; nobody answers on the loopback's port 1."""
        diff = validator(self.root, "ranges-diff.schema.json")
        seen = validator(self.root, "observations.schema.json")
        probe = validator(self.root, "probe.schema.json")
        for policy in ("secure-client-roaming", "umbrella-sig"):
            plan = ["probe", "--policy", policy, "--dry-run", "--format"]
            self.follows(probe, json.loads(self.output(*plan, "json")), f"{policy} plan")
            for line in self.output(*plan, "jsonl").splitlines():
                self.follows(probe, json.loads(line), f"{policy} plan line")
        files = [f"examples/range-change/ranges-2026-{month}.yaml" for month in (11, 12)]
        ask = ["ranges", "resolve", "--policy", "umbrella-sig", "--resolver", "127.0.0.1:1"]
        for schema, words in ((diff, ["ranges", "diff", *files]), (seen, ask)):
            self.follows(schema, json.loads(self.output(*words, "--format", "json")),
                         f"{words[1]} json")
            lines = self.output(*words, "--format", "jsonl").splitlines()
            if not lines:
                self.fault(f"{words[1]} jsonl: no line")
            for line in lines:
                self.follows(schema, json.loads(line), f"{words[1]} jsonl")

    def baseline(self):
        """What 'baseline write' writes, of each example; and what 'check' says beside it."""
        schema = validator(self.root, "baseline.schema.json")
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "known.json")
            for site in ("london-branch/site.yaml", "range-change/site.yaml",
                         "fleet/sites/oxford.yaml"):
                words = ["--site", f"examples/{site}", "--as-of", "2026-11-23"]
                self.output("baseline", "write", path, *words)
                document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
                self.follows(schema, document, f"{site} baseline")
                pathlib.Path(path).unlink()
                pathlib.Path(path).write_text(json.dumps(document), encoding="utf-8")
                beside = [*words, "--baseline", path, "--format"]
                whole = json.loads(self.output("check", *beside, "json"))
                self.follows(self.check_schema, whole, f"{site} beside a baseline")
                failing = [one for one in whole["requirements"]
                           if not one["holds"] and "waived" not in one]
                if not all("known" in one for one in failing):
                    self.fault(f"{site}: not all is known by the baseline of it")
                for line in self.output("check", *beside, "jsonl").splitlines():
                    self.follows(self.check_schema, json.loads(line), f"{site} jsonl")

    def diagnosis(self):
        """What 'diagnose' makes of the example's logs, beside rules too."""
        schema = validator(self.root, "diagnose.schema.json")
        logs = [f"examples/client-logs/{name}.txt" for name in ("cscumbrellaplugin", "Umbrella")]
        beside = ["--site", "examples/london-branch/site.yaml", "--baseline", logs[0], "--redact"]
        for words in ([*logs], logs[:1], logs[1:], [*logs, *beside]):
            self.follows(schema, json.loads(self.output("diagnose", *words, "--format", "json")),
                         "diagnose json")
            lines = self.output("diagnose", *words, "--format", "jsonl").splitlines()
            if len(lines) < 3:
                self.fault("diagnose jsonl: too few lines")
            for line in lines:
                self.follows(schema, json.loads(line), "diagnose jsonl")

    def devices(self, whole, site):
        """The rule files of the one device that the examples have."""
        text = (self.root / site).read_text(encoding="utf-8")
        listed = re.search(r"rules: \[(.*?\.csv)\]", text)  # with the objects that they name
        if listed:
            folder = pathlib.PurePath(site).parent
            return [[str(folder / one.strip()) for one in listed[1].split(",")]]
        files = {part["rule"]["file"] for part in self.parts(whole) if "file" in part["rule"]}
        names = {file for one in files for file in self.with_companion(one)}
        return [sorted(names)]

    def with_companion(self, file):
        """The other address family's export stands beside it."""
        for one, other in ((".v4.", ".v6."), (".v6.", ".v4.")):
            companion = file.replace(one, other)
            if companion != file and (self.root / companion).exists():
                return [file, companion]
        return [file]

    @staticmethod
    def parts(whole):
        later = [one["requirement"] for one in whole.get("upcoming", [])]
        for requirement in whole["requirements"] + later:
            for flow in requirement["flows"]:
                yield from flow["parts"]

    def witnesses(self, site, whole, files):
        asked = [part for part in self.parts(whole) if "witness_packet" in part]
        packets = "".join(json.dumps(part["witness_packet"]) + "\n" for part in asked)
        answers = self.output("trace", *files, "--packets", "-", text=packets).splitlines()
        if len(answers) != len(asked):
            self.fault(f"{site}: {len(asked)} packets, {len(answers)} answers")
        for part, line in zip(asked, answers):
            answer = json.loads(line)
            self.follows(self.trace_schema, answer, f"{site} trace")
            if answer["verdict"] not in SAME[part["verdict"]]:
                self.fault(f"{site}: check says {part['verdict']} of {part['witness']}, "
                           f"trace says {line}")
        return len(asked)


def main():
    root, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    run = Run(root, program)
    sites = sorted(str(path.relative_to(root)) for path in root.glob("examples/*/site*.yaml"))
    if not sites:
        run.fault("no example site")
    traced = sum(run.site(site) for site in sites)
    for site in sites:
        run.certificate(site)
    run.certificate("all that can be asked", "examples/london-branch/gateway-fixed.nft",
                    "--policy", "secure-client-roaming", "--provider", "cisco-secure-access",
                    "--region", "eu-west-2", "--clients", "10.20.0.0/16", "--in", "lan0",
                    "--out", "wan0", "--masquerade-as", "203.0.113.5", "--symmetric-routes",
                    "--plain-interfaces", "--known-neighbours", "--full-listing", "--hook", "forward", "--as-of", "2026-11-27", "--input-format", "nft")
    run.sarif(sites)
    run.ranges()
    run.diagnosis()
    run.baseline()
    if traced == 0:
        run.fault("no witness packet was traced")
    print(f"{len(sites)} sites, {traced} witness packets, {run.faults} faults")
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main())

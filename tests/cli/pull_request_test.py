#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers, baselines and what a change brings, in git repositories that are made for it.

The story of examples/pipeline is played and yields what its files say (SC_UPDATE_GOLDEN=1 writes
them anew). Then: a change cannot excuse itself; what was there before does not count and what grew
does; an earlier state that cannot be read is an error; all reports say what is waived, and known.

usage: pull_request_test.py SOURCE_DIR PROGRAM
"""

import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

DAY = "2026-11-26"
POLICY = """schema: policy/1
id: small
title: Two requirements
requirements:
  - {id: dns, title: Plain DNS, feature: dns, level: required, expect: allow, protocol: udp,
     ports: [53], to: {addresses: [208.67.222.222]}, impact: No protection.}
  - {id: web, title: Web, feature: swg, level: required, expect: allow, protocol: tcp,
     ports: [443], to: {addresses: [192.0.2.1, 192.0.2.2]}, impact: No web.}
"""
SITE = """schema: site/1
site: branch
clients: [10.0.0.0/8]
policies: [policy.yaml]
path:
  - {device: gw, rules: [fw.nft], enter: lan0, leave: wan0}
"""
WAIVER = "waivers:\n  - {requirement: %s, reason: change 4711, owner: netops, expires: %s}\n"
OPEN = """table inet filter {
\tchain forward {
\t\ttype filter hook forward priority filter; policy drop;
\t\tct state established,related accept
%s\t}
}
"""
DNS = "\t\tip daddr 208.67.222.222 udp dport 53 accept\n"
WEB = "\t\tip daddr { 192.0.2.1, 192.0.2.2 } tcp dport 443 accept\n"
HALF_WEB = "\t\tip daddr 192.0.2.1 tcp dport 443 accept\n"
FORMATS = ["text", "json", "jsonl", "sarif", "junit", "markdown", "html", "github", "gitlab",
           "rdjsonl", "csv"]


def rules(*lines):
    return OPEN % "".join(lines)


class Repository:
    """A folder with git, and the program run in it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.git("init", "--quiet", "--initial-branch=main", ".")

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com",
                        "-c", "commit.gpgsign=false", *words], cwd=self.folder, check=True,
                       capture_output=True)

    def write(self, **files):
        for name, text in files.items():
            path = self.folder / {"site": "site.yaml", "policy": "policy.yaml",
                                  "fw": "fw.nft"}.get(name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self

    def commit(self, **files):
        self.write(**files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self

    def run(self, *words, cwd=None, env=None):
        return subprocess.run([self.program, *words], cwd=cwd or self.folder, env=env,
                              capture_output=True, text=True, check=False)

    def check(self, *words, site="site.yaml", **how):
        return self.run("check", "--site", site, "--as-of", DAY, *words, **how)

    def report(self, *words):
        return json.loads(self.check(*words, "--format", "json").stdout)


class Test:
    def __init__(self, root, program):
        self.root, self.program, self.faults = root, program, 0

    def fault(self, text):
        self.faults += 1
        print(text)

    def ends(self, done, status, what, *said):
        text = done.stdout + done.stderr
        flat = " ".join(text.split())
        if done.returncode != status:
            self.fault(f"{what}: status {done.returncode}, expected {status}: {text}")
        for one in said:
            if one not in flat:
                self.fault(f"{what}: does not say {one!r}: {text}")

    def repository(self):
        folder = tempfile.mkdtemp(prefix="safeconduct-")
        self.folders.append(folder)
        return Repository(self.program, folder)

    def story(self):
        """examples/pipeline, whose reports are kept beside it."""
        folder = self.root / "examples/pipeline"
        with tempfile.TemporaryDirectory() as made:
            done = subprocess.run([folder / "play.sh", self.program, made], capture_output=True,
                                  text=True, check=False)
            self.ends(done, 0, "play.sh", "is new since main: it counts once it is merged")
            for name in ("change.github", "change.sarif"):
                path = pathlib.Path(made) / name
                new = path.read_text(encoding="utf-8") if path.exists() else ""
                if os.environ.get("SC_UPDATE_GOLDEN"):
                    (folder / name).write_text(new, encoding="utf-8")
                elif (folder / name).read_text(encoding="utf-8") != new:
                    self.fault(f"examples/pipeline/{name} is another one now:\n{new}")
        errors = [line for line in (folder / "change.github").read_text().splitlines()
                  if line.startswith("::error ")]
        if len(errors) != 1 or "file=gateway.nft,line=73" not in errors[0]:
            self.fault(f"the change has not one error, at its rule: {errors}")

    # ---- --waivers-from

    def waivers_from(self):
        repo = self.repository().commit(site=SITE, policy=POLICY, fw=rules(WEB))
        self.ends(repo.check("--waivers-from", "main"), 1, "no waiver")
        repo.git("checkout", "--quiet", "-b", "change")
        repo.commit(site=SITE + WAIVER % ("dns", "2027-01-31"))
        self.ends(repo.check(), 0, "the waiver of the working tree")
        self.ends(repo.check("--waivers-from", "main"), 1, "a waiver of the change",
                  "the waiver of dns is new since main: it counts once it is merged")
        self.ends(repo.check("--waivers-from", "change"), 0, "a waiver of the revision")
        # Not committed at all.
        repo.write(site=SITE + WAIVER % ("dns", "2027-06-30"))
        self.ends(repo.check("--waivers-from", "HEAD"), 0, "a day that was put off",
                  "the waiver of dns was changed since HEAD: as it is there, until 2027-01-31")
        repo.write(site=SITE)
        self.ends(repo.check("--waivers-from", "HEAD"), 0, "a waiver that was taken out",
                  "the waiver of dns is gone since HEAD: it counts until that is merged")
        # One that has expired there is not renewed by the change.
        repo.commit(site=SITE + WAIVER % ("dns", "2026-11-25"))
        repo.write(site=SITE + WAIVER % ("dns", "2027-11-25"))
        self.ends(repo.check("--waivers-from", "HEAD"), 1, "an expired one",
                  "the waiver of dns has expired on 2026-11-25 (owner netops)",
                  "the waiver of dns was changed since HEAD")
        repo.git("mv", "site.yaml", "other.yaml")
        self.ends(repo.check("--waivers-from", "main", site="other.yaml"), 1, "a new site file",
                  "there is no other.yaml in main: no waiver counts")
        # From elsewhere, and by a folder within.
        away = repo.check("--waivers-from", "main", cwd=self.root,
                          site=str(repo.folder / "other.yaml"))
        self.ends(away, 1, "from elsewhere", "no waiver counts")
        self.ends(repo.run("check", "fw.nft", "--waivers-from", "main"), 2, "no site", "--site")

    def git_errors(self):
        repo = self.repository().commit(site=SITE, policy=POLICY, fw=rules(WEB))
        with tempfile.TemporaryDirectory() as empty:
            lost = {**os.environ, "PATH": empty, "GIT_CEILING_DIRECTORIES": "/tmp:/var/tmp"}
            alone = pathlib.Path(empty)
            for name, text in (("site.yaml", SITE), ("policy.yaml", POLICY),
                               ("fw.nft", rules(DNS))):
                (alone / name).write_text(text)
            for option in ("--waivers-from", "--changed-since"):
                self.ends(repo.check(option, "main", env=lost), 2, f"{option}: no git",
                          "'git' cannot be run: No such file or directory")
                self.ends(repo.check(option, "main", cwd=alone), 2, f"{option}: no repository",
                          "is in no working tree of git")
                self.ends(repo.check(option, "nowhere"), 2, f"{option}: no such revision",
                          "the repository has no revision 'nowhere'", "fetch it first")
                self.ends(repo.check(f"{option}=--output=x"), 2, f"{option}: an option",
                          "a revision of git")
                self.ends(repo.check(option, "main; touch x"), 2, f"{option}: a shell's words",
                          "no revision")
        if (repo.folder / "x").exists():
            self.fault("a revision was taken for a command")

    # ---- --changed-since

    def changed_since(self):
        repo = self.repository().commit(site=SITE, policy=POLICY, fw=rules(DNS))
        repo.git("checkout", "--quiet", "-b", "change")
        # What main has does not count, though it is no less true; lines may move.
        repo.commit(fw="# a line more\n" + rules("\n", DNS))
        done = repo.check("--changed-since", "main")
        self.ends(done, 0, "nothing of this change", "branch: blocked.",
                  "1 not of this change: still so, and not counted for the exit status",
                  "(not of this change: main has it)", "Web Cloud Service Unavailable")
        report = repo.report("--changed-since", "main")
        if report["verdict"] != "blocked" or report["summary"].get("known") != 1:
            self.fault(f"known, and the verdict is {report['verdict']}: {report['summary']}")
        # What the change brings counts.
        repo.commit(fw=rules(WEB))
        self.ends(repo.check("--changed-since", "main"), 1, "dns is lost by the change")
        report = repo.report("--changed-since", "main")
        known = [one["id"] for one in report["requirements"] if "known" in one]
        if known:
            self.fault(f"{known} are called known")
        # The same rule, the same requirement, and more packets than before.
        repo.git("checkout", "--quiet", "main")
        repo.commit(fw=rules(DNS, HALF_WEB))
        self.ends(repo.check("--changed-since", "HEAD"), 0, "half of the web before and now")
        repo.write(fw=rules(DNS))
        self.ends(repo.check("--changed-since", "HEAD"), 1, "all of the web by the same policy",
                  "and more packets are concerned now: it counts")
        repo.write(fw=rules(DNS, WEB))
        self.ends(repo.check("--changed-since", "HEAD"), 0, "a change that mends")
        # What the site asks for is part of the question, of then and of now.
        repo.write(fw=rules(DNS, HALF_WEB), site=SITE.replace("10.0.0.0/8",
                                                              "10.0.0.0/8, 172.16.0.0/12"))
        self.ends(repo.check("--changed-since", "HEAD"), 1, "more clients", "it counts")

    def changed_includes(self):
        """What rules include is of the revision, too; through patterns and links."""
        for include in ('include "conf/*.nft"\n', 'include "link/web.nft"\n'):
            repo = self.repository()
            (repo.folder / "link").symlink_to("conf")
            repo.commit(site=SITE.replace("fw.nft", "all.nft"), policy=POLICY,
                        **{"all.nft": include, "conf/web.nft": rules(DNS)})
            done = repo.check("--changed-since", "HEAD")
            self.ends(done, 0, f"{include}: as it was")
            repo.write(**{"conf/web.nft": rules(WEB)})
            self.ends(repo.check("--changed-since", "HEAD"), 1, f"{include}: another one")
            # A link's text is where it leads, not what it says.
            (repo.folder / "all.nft").unlink()
            (repo.folder / "all.nft").symlink_to("conf/web.nft")
            repo.commit()
            self.ends(repo.check("--changed-since", "HEAD"), 0, "the rules are a link")

    def no_past(self):
        """An earlier state that cannot be read is an error; one that is not there is none."""
        repo = self.repository().commit(site=SITE, policy=POLICY, fw="table inet filter {\n")
        repo.write(fw=rules(DNS))
        self.ends(repo.check("--changed-since", "HEAD"), 2, "broken rules before",
                  "what was there before, in 'HEAD', cannot be checked")
        repo.commit(fw='include "gone/web.nft"\n')
        repo.write(fw=rules(DNS))
        self.ends(repo.check("--changed-since", "HEAD"), 2, "an include that was not there",
                  "cannot be checked")
        repo.commit(site=SITE.replace("fw.nft", "old.nft"))
        repo.write(site=SITE)
        self.ends(repo.check("--changed-since", "HEAD"), 2, "rules that were not there",
                  "cannot be checked", "no such file in revision 'HEAD'")
        with tempfile.TemporaryDirectory() as outside:
            away = pathlib.Path(outside) / "fw.nft"
            away.write_text(rules(DNS))
            repo.commit(site=SITE.replace("fw.nft", str(away)), fw=rules(DNS))
            self.ends(repo.check("--changed-since", "HEAD"), 2, "rules of no repository",
                      "is outside of the repository")
            self.ends(repo.run("check", str(away), "--changed-since", "HEAD"), 2,
                      "rules of no repository, named")
        self.ends(repo.run("check", "-", "--changed-since", "HEAD"), 2, "standard input",
                  "--changed-since compares files")
        repo.write(site=SITE, **{"new.yaml": SITE})
        self.ends(repo.check("--changed-since", "HEAD", site="new.yaml"), 1, "a new site",
                  "there is no new.yaml in HEAD: all that is found counts as of this change")

    # ---- baselines

    def baselines(self):
        repo = self.repository().commit(site=SITE, policy=POLICY, fw=rules(DNS, HALF_WEB))
        write = ("baseline", "write", "known.json", "--site", "site.yaml", "--as-of")
        self.ends(repo.run(*write, "2026-11-20"), 0, "baseline write",
                  "known.json: 1 finding known from now on, as of 2026-11-20")
        known = json.loads((repo.folder / "known.json").read_text())
        if known["schema"] != "safeconduct.baseline/1" or known["day"] != "2026-11-20":
            self.fault(f"the baseline is {known}")
        repo.write(fw="\n\n" + rules("\n", DNS, HALF_WEB))
        done = repo.check("--baseline", "known.json")
        self.ends(done, 0, "known", "branch: blocked in part.", "1 known by the baseline",
                  "(known since 2026-11-20)", "Web Cloud Service Unavailable")
        if repo.report("--baseline", "known.json")["verdict"] != "partial":
            self.fault("the baseline changed the verdict")
        self.ends(repo.run(*write, DAY), 0, "baseline write again")
        again = json.loads((repo.folder / "known.json").read_text())
        if [one["since"] for one in again["findings"]] != ["2026-11-20"]:
            self.fault(f"what was known has another day: {again}")
        repo.write(fw=rules(HALF_WEB))
        self.ends(repo.check("--baseline", "known.json"), 1, "a new finding beside a known one")
        repo.write(fw=rules(DNS))
        self.ends(repo.check("--baseline", "known.json"), 1, "more is lost than was known",
                  "SC972", "since 2026-11-20), and more packets are concerned now: it counts")
        repo.write(fw=rules(DNS, WEB))
        self.ends(repo.check("--baseline", "known.json"), 0, "what was known is mended",
                  "the baseline knows of web by 'policy drop' of fw.nft (since 2026-11-20), and "
                  "it is no longer there")
        # Waived is not known: the waiver ends.
        repo.write(fw=rules(DNS, HALF_WEB), site=SITE + WAIVER % ("web", DAY))
        self.ends(repo.run("baseline", "write", "waived.json", "--site", "site.yaml", "--as-of",
                           DAY), 0, "baseline of what is waived", "0 findings known")
        self.ends(repo.run("check", "--site", "site.yaml", "--as-of", "2026-11-27", "--baseline",
                           "waived.json"), 1, "the waiver has ended, nothing is known")
        repo.write(**{"broken.json": "{}", "worse.json": "[1,"})
        for name in ("broken.json", "worse.json", "missing.json"):
            self.ends(repo.check("--baseline", name), 2, name)
        self.ends(repo.run("baseline", "write", "fw.nft", "--site", "site.yaml"), 2,
                  "a file that is no baseline is not written over", "not JSON")
        if (repo.folder / "fw.nft").read_text() != rules(DNS, HALF_WEB):
            self.fault("a baseline was written over rules")
        self.ends(repo.run("baseline", "read"), 2, "baseline read", "baseline write FILE")

    # ---- every report

    def texts(self, repo, *words):
        for name in FORMATS:
            yield name, repo.check(*words, "--format", name).stdout

    def reports(self):
        """Waived findings stay, with reason, owner and day; waivers without effect are told."""
        repo = self.repository().commit(site=SITE + WAIVER % ("web", "2027-01-31"), policy=POLICY,
                                        fw=rules(DNS))
        for name, text in self.texts(repo):
            flat = " ".join(text.split())
            for word in ("change 4711", "netops", "2027-01-31", "web"):
                if word not in flat:
                    self.fault(f"waived, {name}: does not say {word!r}: {text}")
        (suppression,) = [result["suppressions"][0]
                          for result in json.loads(repo.check("--format", "sarif").stdout)
                          ["runs"][0]["results"] if "suppressions" in result]
        if suppression["properties"] != {"expires": "2027-01-31", "owner": "netops"}:
            self.fault(f"sarif suppresses by {suppression}")
        repo.write(site=SITE + WAIVER % ("web", "2026-11-25"))
        for name, text in self.texts(repo):
            flat = " ".join(text.split()).replace("&#39;", "'")
            if "aiver of web has expired on 2026-11-25 (owner netops)" not in flat:
                self.fault(f"expired, {name}: is not said: {text}")
        self.ends(repo.check(), 1, "expired")
        repo.write(fw=rules(DNS, WEB), site=SITE + WAIVER % ("web", "2027-01-31"))
        for name, text in self.texts(repo):
            flat = " ".join(text.split())
            if "aiver of web (owner netops) waives nothing" not in flat:
                self.fault(f"unused, {name}: is not said: {text}")
        self.ends(repo.check(), 0, "unused")
        self.ends(repo.check("--fail-on", "recommended"), 1, "unused, --fail-on recommended")
        # Known ones.
        repo.write(fw=rules(DNS), site=SITE)
        repo.run("baseline", "write", "known.json", "--site", "site.yaml", "--as-of", "2026-11-20")
        for name, text in self.texts(repo, "--baseline", "known.json"):
            if "2026-11-20" not in text:
                self.fault(f"known, {name}: is not said: {text}")
        junit = repo.check("--baseline", "known.json", "--format", "junit").stdout
        suite = xml.etree.ElementTree.fromstring(junit).find("testsuite")
        if suite.get("failures") != "0" or suite.get("skipped") != "1":
            self.fault(f"junit: {junit}")
        text = repo.check("--baseline", "known.json", "--format", "csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        if {row["known"] for row in rows} != {"", "known since 2026-11-20"}:
            self.fault(f"csv: {text}")

    def all(self):
        self.folders = []
        try:
            for part in (self.story, self.waivers_from, self.git_errors, self.changed_since,
                         self.changed_includes, self.no_past, self.baselines, self.reports):
                part()
        finally:
            for folder in self.folders:
                shutil.rmtree(folder)


def main():
    if shutil.which("git") is None:
        print("skipped: git is not installed")
        sys.exit(77)
    test = Test(pathlib.Path(sys.argv[1]).resolve(), str(pathlib.Path(sys.argv[2]).resolve()))
    test.all()
    print(f"{test.faults} faults")
    sys.exit(1 if test.faults else 0)


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the reports for pipelines and auditors against what their consumers demand.

One run writes all formats, of an example site that is blocked and of rules whose comments try to be
HTML, Markdown, a formula and a workflow command: what a file says arrives as text.

usage: pipelines_test.py SOURCE_DIR PROGRAM
"""

import base64
import csv
import hashlib
import html.parser
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

FORMATS = ["json", "sarif", "junit", "markdown", "html", "github", "gitlab", "rdjsonl", "csv"]

HOSTILE = "<img src=x onerror=alert(1)> ::error::x %0A `|*[a](b)"
HOSTILE_RULES = """table inet filter {
\tchain forward {
\t\ttype filter hook forward priority filter; policy accept;
\t\tudp dport 53 drop comment "%s"
\t\ttcp dport 443 reject with tcp reset comment "=HYPERLINK(1) @sum +1 -1"
\t}
}
""" % HOSTILE


def findings_of(report):
    """Of today, and of later days."""
    return report["requirements"] + [one["requirement"] for one in report.get("upcoming", [])]


def waiver_notes(report):
    """Findings on waivers."""
    return [one for one in report["notes"] if one["code"] in ("SC916", "SC919")]


class Page(html.parser.HTMLParser):
    """What a browser would load, and the tags that there are."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.style, self.policy, self.text = set(), [], "", "", ""
        self.in_style = False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.in_style = tag == "style"
        for name, value in attrs:
            if name in ("src", "href"):
                self.links.append(value)
            if name.startswith("on") or name == "style":
                self.links.append(f"attribute {name}")
            if name == "content" and "default-src" in (value or ""):
                self.policy = value

    def handle_endtag(self, tag):
        self.in_style = False

    def handle_data(self, data):
        if self.in_style:
            self.style += data
        else:
            self.text += data


class Test:
    def __init__(self, root, program):
        self.root, self.program, self.faults = root, program, 0

    def check(self, holds, text):
        if not holds:
            self.faults += 1
            print(text)

    def run(self, folder, *arguments):
        """All formats of one run, by name; and its standard output and exit status."""
        reports = {name: folder / f"report.{name}" for name in FORMATS}
        words = [f"--format={name}:{file}" for name, file in reports.items()]
        done = subprocess.run([self.program, "check", *arguments, *words], cwd=self.root,
                              capture_output=True, text=True, check=False)
        self.check(done.returncode in (0, 1), f"status {done.returncode}: {done.stderr}")
        texts = {}
        for name, file in reports.items():
            with open(file, encoding="utf-8", newline="") as stream:
                texts[name] = stream.read()
        return texts, done

    def alone(self, name, *arguments):
        return subprocess.run([self.program, "check", *arguments, "--format", name], cwd=self.root,
                              capture_output=True, check=False)

    # ---- one format each

    def sarif(self, text, what):
        log = json.loads(text)
        self.check(log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json"),
                   f"{what}: sarif: no version")
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            self.check(rule["shortDescription"]["text"] and rule["help"]["text"]
                       and 0 < len(rule["fullDescription"]["text"]) <= 1024,
                       f"{what}: sarif: {rule['id']} is not described")
        prints = set()
        for result in run["results"]:
            self.check(rules[result["ruleIndex"]]["id"] == result["ruleId"], f"{what}: ruleIndex")
            self.check(result["level"] in ("note", "warning", "error"), f"{what}: level")
            text = result["message"]["text"]
            self.check(text.strip() != "" and "??" not in text, f"{what}: sarif says {text!r}")
            place = result["locations"][0]["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            self.check(re.fullmatch(r"(file:///)?[A-Za-z0-9._~%/-]+", uri), f"{what}: uri {uri}")
            region = place["region"]
            self.check(region["startLine"] >= 1 and region.get("endColumn", 9e9) >
                       region.get("startColumn", 1), f"{what}: region {region}")
            prints.add(result["partialFingerprints"]["primaryLocationLineHash"])
        self.check(len(prints) == len(run["results"]), f"{what}: a fingerprint stands twice")
        return run["results"]

    def places(self, results, what):
        """The region of a result is the rule."""
        for result in results:
            place = result["locations"][0]["physicalLocation"]
            region = place["region"]
            if "startColumn" not in region:
                continue
            lines = (self.root / place["artifactLocation"]["uri"]).read_text().split("\n")
            marked = lines[region["startLine"] - 1][region["startColumn"] - 1:
                                                    region["endColumn"] - 1]
            self.check(re.search(r"drop|reject|policy|deny|accept|reset", marked, re.IGNORECASE),
                       f"{what}: sarif marks {marked!r}")

    def junit(self, text, report, what):
        suite = xml.etree.ElementTree.fromstring(text).find("testsuite")
        cases = suite.findall("testcase")
        names = {(case.get("classname"), case.get("name")) for case in cases}
        self.check(len(names) == len(cases) == int(suite.get("tests")), f"{what}: junit: names")
        expected = {"failure": 0, "error": 0, "skipped": 0}
        for one in findings_of(report):
            if one["verdict"] == ("blocked" if one["expect"] == "deny" else "allowed"):
                continue
            if one["level"] == "recommended" or "waived" in one:
                expected["skipped"] += 1
            else:
                expected["error" if one["verdict"] == "undecided" else "failure"] += 1
        expected["skipped"] += len(waiver_notes(report))
        for tag, count in expected.items():
            found = len(suite.findall(f"testcase/{tag}"))
            self.check(found == count, f"{what}: junit: {found} of {tag}, expected {count}")
        for case in cases:
            for tag in ("failure", "error"):
                if (fault := case.find(tag)) is not None:
                    self.check(fault.text.strip() and fault.get("message"),
                               f"{what}: junit: {case.get('name')} does not say why")

    def github(self, text, results, what):
        lines = text.splitlines()
        for level in ("error", "warning", "notice"):
            count = sum(line.startswith(f"::{level} ") for line in lines)
            self.check(count <= 10, f"{what}: github: {count} of {level}")
        for line in lines:
            self.check(re.match(r"::(error|warning|notice) [^:]*::.", line),
                       f"{what}: github: {line!r}")
        self.check(bool(lines) == bool(results), f"{what}: github: nothing is said")

    def gitlab(self, text, what):
        issues = json.loads(text)
        for one in issues:
            self.check(one["severity"] in ("info", "minor", "major", "critical", "blocker")
                       and one["description"] and one["check_name"].startswith("SC")
                       and one["location"]["path"] and one["location"]["lines"]["begin"] >= 1,
                       f"{what}: gitlab: {one}")
        self.check(len({one["fingerprint"] for one in issues}) == len(issues),
                   f"{what}: gitlab: a fingerprint stands twice")

    def rdjsonl(self, text, what):
        for line in text.splitlines():
            one = json.loads(line)
            self.check(one["message"] and one["location"]["path"]
                       and one["location"]["range"]["start"]["line"] >= 1
                       and one["severity"] in ("ERROR", "WARNING") and one["code"]["value"],
                       f"{what}: rdjsonl: {line}")

    def csv(self, text, report, what):
        self.check("\n" not in text.replace("\r\n", ""), f"{what}: csv: a bare line end")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.check(len({len(row) for row in rows}) == 1, f"{what}: csv: rows differ in length")
        parts = sum(max(len(flow["parts"]), 1) for one in findings_of(report)
                    for flow in one["flows"])
        parts += len(waiver_notes(report))
        self.check(len(rows) == parts + 1, f"{what}: csv: {len(rows)} rows of {parts} parts")
        for row in rows:
            for cell in row:
                self.check(not cell.startswith(("=", "+", "-", "@")), f"{what}: csv: {cell!r}")

    def html(self, text, what):
        page = Page()
        page.feed(text)
        page.close()
        known = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul",
                 "li", "span", "section", "input", "label", "table", "tr", "th", "td", "a", "br",
                 "details", "summary", "code", "pre", "div"}
        self.check(page.tags <= known, f"{what}: html: tags {page.tags - known}")
        self.check(all(link.startswith("#") for link in page.links),
                   f"{what}: html: {[x for x in page.links if not x.startswith('#')]}")
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        self.check(f"'sha256-{digest}'" in page.policy and "default-src 'none'" in page.policy,
                   f"{what}: html: the policy does not fit the style")
        return page.text

    def markdown(self, text, what):
        bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)  # without code spans
        bare = "\n".join(line for line in bare.split("\n") if not line.startswith("       "))
        left = re.sub(r"</?(details|summary|br)>", "", bare)
        self.check("<" not in left, f"{what}: markdown: HTML of the input")

    def everything(self, what, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            texts, done = self.run(pathlib.Path(folder), *arguments)
        report = json.loads(texts["json"])
        self.check(done.stdout.strip() != "", f"{what}: the text report is gone")
        results = self.sarif(texts["sarif"], what)
        self.junit(texts["junit"], report, what)
        self.github(texts["github"], results, what)
        self.gitlab(texts["gitlab"], what)
        self.rdjsonl(texts["rdjsonl"], what)
        self.csv(texts["csv"], report, what)
        self.markdown(texts["markdown"], what)
        texts["page"] = self.html(texts["html"], what)
        for name in FORMATS:
            one = self.alone(name, *arguments)
            self.check(one.returncode == done.returncode and one.stdout.decode() == texts[name],
                       f"{what}: {name} alone is another report, status {one.returncode}")
        return texts, results

    # ---- what is checked

    def examples(self):
        for site in sorted((self.root / "examples").glob("*/site*.yaml")):
            what = str(site.relative_to(self.root))
            _, results = self.everything(what, "--site", what, "--as-of", "2026-11-23")
            self.places(results, what)

    def hostile(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = pathlib.Path(folder) / "fw.nft"
            rules.write_text(HOSTILE_RULES)
            arguments = (str(rules), "--clients", "10.0.0.0/8", "--region", "eu-west-2")
            texts, before = self.everything("hostile", *arguments)
            self.check(HOSTILE in texts["page"], "hostile: html: the comment is not there as text")
            self.check("\n::error::x" not in texts["github"], "hostile: a workflow command")
            # What stands above a rule is no part of its fingerprint.
            rules.write_text("# a line more\n" + HOSTILE_RULES.replace("\t\tudp", "\t\t  udp"))
            _, after = self.everything("moved", *arguments)
            prints = [[one["partialFingerprints"] for one in results]
                      for results in (before, after)]
            lines = [[one["locations"][0]["physicalLocation"]["region"]["startLine"]
                      for one in results] for results in (before, after)]
            self.check(prints[0] == prints[1], "a fingerprint moved with its line")
            self.check(lines[0] != lines[1], "the lines did not move: nothing was tested")

    def usage(self):
        """What will not do is refused, and writes nothing."""
        rules = "examples/london-branch/gateway.nft"
        for words, said in ((["--format", "pdf"], "sarif"), (["--format", "sarif:"], "no file"),
                            (["--format", "sarif", "--format", "junit"], "two results")):
            done = subprocess.run([self.program, "check", rules, *words], cwd=self.root,
                                  capture_output=True, text=True, check=False)
            self.check(done.returncode == 2 and said in done.stderr and not done.stdout,
                       f"{words}: status {done.returncode}: {done.stderr}")


def main():
    test = Test(pathlib.Path(sys.argv[1]), sys.argv[2])
    test.examples()
    test.hostile()
    test.usage()
    print(f"{test.faults} faults")
    sys.exit(1 if test.faults else 0)


main()

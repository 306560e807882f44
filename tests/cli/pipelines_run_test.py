#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the shell steps of examples/ci as a runner would, its variables faked, and the hooks of
.pre-commit-hooks.yaml; holds the files of YAML against what their readers ask.

usage: pipelines_run_test.py SOURCE_DIR PROGRAM
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

try:
    import yaml
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-yaml)")
    sys.exit(77)

SITE = "examples/london-branch/site.yaml"
FIXED = "examples/london-branch/site-fixed.yaml"


class Test:
    def __init__(self, source, program, scratch):
        self.source, self.program, self.scratch, self.faults = source, program, scratch, 0
        folder = scratch / "bin"
        folder.mkdir()
        (folder / "safeconduct").symlink_to(program)
        self.env = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", HOME=str(scratch))

    def check(self, holds, text):
        if not holds:
            self.faults += 1
            print(text)

    # ---- GitHub

    def github_step(self, name, cwd=None, **inputs):
        folder = self.scratch / name
        folder.mkdir()
        files = {"GITHUB_STEP_SUMMARY": folder / "summary", "GITHUB_OUTPUT": folder / "output"}
        for one in files.values():
            one.write_text("before\n")
        env = dict(self.env, RUNNER_TEMP=str(folder), **{k: str(v) for k, v in files.items()},
                   **inputs)
        done = subprocess.run(["bash", str(self.source / "examples/ci/github/check.sh")], env=env,
                              cwd=cwd or self.source, capture_output=True, text=True, check=False)
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().split("\n")
                       if "=" in line)
        return done, outputs, files["GITHUB_STEP_SUMMARY"].read_text()

    def github(self):
        action = yaml.safe_load((self.source / "examples/ci/github/action.yml").read_text())
        self.check(action["runs"]["using"] == "composite" and action["name"]
                   and action["description"], "action.yml: no composite action")
        for step in action["runs"]["steps"]:
            self.check(step.get("shell") == "bash", f"action.yml: {step} names no shell")
            self.check("${{" not in step["run"], "action.yml: an input is part of a script")
            for value in step["env"].values():
                name = value.removeprefix("${{ inputs.").removesuffix(" }}")
                self.check(name in action["inputs"], f"action.yml: there is no input {name}")
        done, outputs, summary = self.github_step("broken", SC_SITE=SITE)
        self.check(done.returncode == 1 and outputs.get("status") == "1", f"{done}")
        self.check("::error file=examples/london-branch/gateway.nft,line=" in done.stdout,
                   f"no annotation: {done.stdout}")
        self.check(summary.startswith("before\n") and "london-branch" in summary, summary[:200])
        self.check(json.loads(pathlib.Path(outputs["sarif"]).read_text())["version"] == "2.1.0",
                   "no SARIF")
        done, outputs, _ = self.github_step("fixed", SC_SITE=FIXED)
        self.check(done.returncode == 0 and outputs.get("status") == "0", f"{done}")
        done, outputs, _ = self.github_step("missing", SC_SITE="none.yaml")
        self.check(done.returncode == 2 and outputs == {"status": "2"}
                   and "::error::safeconduct could not run" in done.stdout, f"{done} {outputs}")
        marker = self.scratch / "ran"
        done, _, _ = self.github_step("hostile", SC_SITE=f"$(touch {marker})", SC_RULES="-- --help")
        self.check(done.returncode == 2 and not marker.exists(), f"hostile inputs: {done}")
        done, outputs, _ = self.github_step(
            "rules", SC_RULES="examples/london-branch/gateway-fixed.v4.iptables "
            "examples/london-branch/gateway-fixed.v6.iptables", SC_FAIL_ON="none")
        self.check(done.returncode == 0 and "sarif" in outputs, f"{done}")

    # ---- what was there before

    def repository(self):
        """The London branch, committed; its change brings a waiver and one more rule that drops."""
        folder = self.scratch / "changed"
        shutil.copytree(self.source / "examples/london-branch", folder)
        env = dict(self.env, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
        for name in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{name}_NAME": "test", f"GIT_{name}_EMAIL": "test@localhost"}
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
            subprocess.run(["git", *words], cwd=folder, env=env, check=True)
        subprocess.run(["safeconduct", "baseline", "write", "known.json", "--site", "site.yaml"],
                       cwd=folder, env=self.env, check=True, capture_output=True)
        return folder

    def change(self, folder):
        """A step of each provider, by the words that it takes; and what it ends with."""
        fixed = (folder / "site-fixed.yaml").read_text()
        rules = folder / "gateway-fixed.nft"
        open_rules = rules.read_text()
        cases = [("nothing said", {}, 1), ("since", {"SC_CHANGED_SINCE": "HEAD"}, 0),
                 ("known", {"SC_BASELINE": "known.json"}, 0),
                 ("no such revision", {"SC_CHANGED_SINCE": "nowhere"}, 2),
                 ("an option", {"SC_CHANGED_SINCE": "--help"}, 2),
                 ("no such baseline", {"SC_BASELINE": "$(touch ran)"}, 2)]
        for name, inputs, status in cases:
            yield name, dict(inputs, SC_SITE="site.yaml"), status
        # A change that shuts what was open, and excuses itself.
        rules.write_text(open_rules.replace(
            "hook forward priority filter; policy drop;",
            "hook forward priority filter; policy drop;\n\t\tudp dport 53 drop"))
        waiver = "waivers:\n  - {requirement: dns-53-udp, reason: mine, owner: me, expires: 2099-01-01}\n"
        (folder / "site-fixed.yaml").write_text(fixed + waiver)
        yield "excused", {"SC_SITE": "site-fixed.yaml"}, 0
        yield "not excused", {"SC_SITE": "site-fixed.yaml", "SC_WAIVERS_FROM": "HEAD"}, 1
        yield "and new", {"SC_SITE": "site-fixed.yaml", "SC_WAIVERS_FROM": "HEAD",
                          "SC_CHANGED_SINCE": "HEAD"}, 1

    def before(self):
        if not shutil.which("git"):
            print("not installed, not asked: git")
            return
        folder = self.repository()
        template = yaml.safe_load(
            (self.source / "examples/ci/gitlab/safeconduct.gitlab-ci.yml").read_text())
        (job,) = template.values()
        script = "\n".join(job["script"])
        for name, inputs, status in self.change(folder):
            done, _, _ = self.github_step(name, cwd=folder, **inputs)
            self.check(done.returncode == status, f"github: {name}: {done}")
            self.check(set(inputs) <= set(job["variables"]), f"gitlab: {name}: no such variable")
            env = self.env | job["variables"] | inputs
            done = subprocess.run(["sh", "-ec", script], env=env, cwd=folder, capture_output=True,
                                  text=True, check=False)
            self.check(done.returncode == status, f"gitlab: {name}: {done}")
        self.check(not (folder / "ran").exists(), "an input was part of a script")

    # ---- GitLab

    def gitlab(self):
        template = yaml.safe_load(
            (self.source / "examples/ci/gitlab/safeconduct.gitlab-ci.yml").read_text())
        (job,) = template.values()
        reports = job["artifacts"]["reports"]
        folder = self.scratch / "gitlab"
        folder.mkdir()
        for site, status in ((SITE, 1), (FIXED, 0), ("none.yaml", 2)):
            env = dict(self.env, SC_SITE=str(self.source / site), SC_FAIL_ON="required")
            done = subprocess.run(["sh", "-ec", "\n".join(job["script"])], env=env, cwd=folder,
                                  capture_output=True, text=True, check=False)
            self.check(done.returncode == status, f"gitlab: {site}: {done}")
            if status == 1:
                issues = json.loads((folder / reports["codequality"]).read_text())
                cases = xml.etree.ElementTree.parse(folder / reports["junit"]).findall(".//failure")
                self.check(issues and cases, "gitlab: nothing is reported")
        for path in job["artifacts"]["paths"]:
            self.check((folder / path).is_file(), f"gitlab: no {path}")

    # ---- pre-commit

    def hook(self, hook, *files):
        words = ["bash", "-c", f"{hook['entry']} \"$@\"", "hook", *hook.get("args", []), *files]
        return subprocess.run(words, env=self.env, cwd=self.source, capture_output=True, text=True,
                              check=False)

    def hooks(self):
        hooks = {one["id"]: one for one in
                 yaml.safe_load((self.source / ".pre-commit-hooks.yaml").read_text())}
        for one in hooks.values():
            self.check({"id", "name", "entry", "language", "files"} <= set(one), f"hook {one}")
        rules = hooks["safeconduct"]
        self.check(self.hook(rules, "examples/london-branch/gateway.nft").returncode == 1,
                   "the hook lets a broken gateway pass")
        sites = hooks["safeconduct-site"]
        for files, status in (((FIXED,), 0), ((SITE, FIXED), 1), ((FIXED, SITE), 1),
                              ((SITE, "none.yaml"), 2)):
            done = self.hook(sites, *files)
            self.check(done.returncode == status, f"hook of {files}: {done}")

    def pre_commit(self):
        """The real thing, offline: the hooks of this folder, tried on a repository of our own."""
        if not shutil.which("pre-commit") or not shutil.which("git"):
            print("not installed, not asked: pre-commit, git")
            return
        repository, hooks = self.scratch / "repository", self.scratch / "hooks"
        shutil.copytree(self.source / "examples/london-branch", repository)
        hooks.mkdir()
        shutil.copy(self.source / ".pre-commit-hooks.yaml", hooks)
        env = dict(self.env, PRE_COMMIT_HOME=str(self.scratch / "cache"),
                   GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
        for name in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{name}_NAME": "test", f"GIT_{name}_EMAIL": "test@localhost"}
        for folder in (repository, hooks):
            for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
                subprocess.run(["git", *words], cwd=folder, env=env, check=True)
        for file, status in (("site-fixed.yaml", 0), ("site.yaml", 1)):
            done = subprocess.run(
                ["pre-commit", "try-repo", str(hooks), "safeconduct-site", "--files", file],
                cwd=repository, env=env, capture_output=True, text=True, check=False)
            self.check(done.returncode == status and "safeconduct check of a site" in done.stdout,
                       f"pre-commit of {file}: {done}")

    # ---- settings

    def settings(self):
        """The schema has the program's keys and words, and what it accepts is read."""
        schema = json.loads((self.source / "policies/config.schema.json").read_text())
        env = {key: value for key, value in self.env.items()
               if not key.startswith("SAFECONDUCT_")}

        def config(file, key=""):
            command = "explain" if key == "lang" else "check"
            return subprocess.run([self.program, "config", command], capture_output=True,
                                  text=True, check=False,
                                  env=dict(env, SAFECONDUCT_CONFIG=str(file)))

        example = config(self.source / "examples/ci/settings.yaml").stdout
        self.check("fail-on       recommended" in example and example.count("settings.yaml:") == 4,
                   f"settings.yaml: {example}")
        shown = example + config(self.source / "examples/ci/settings.yaml", "lang").stdout
        keys = {line.split()[0] for line in shown.split("\n") if line}
        self.check(keys | {"schema"} == set(schema["properties"]), f"schema of settings: {keys}")
        file = self.scratch / "one.yaml"
        for key, values in schema["properties"].items():
            for one in values.get("enum", []):
                file.write_text(f"schema: config/1\n{key}: {one}\n")
                self.check(f" {file}:2" in config(file, key).stdout, f"settings: {key}: {one}")
            if "enum" in values:
                file.write_text(f"schema: config/1\n{key}: nonsense\n")
                said = config(file, key)
                hint = said.stderr.rsplit("one of: ", 1)[-1].strip().split(", ")
                self.check(said.returncode == 2 and set(hint) == set(values["enum"]),
                           f"settings: {key}: {said.stderr}")

    # ---- Prometheus

    def metrics(self):
        """What 'check' gives to a textfile collector, of names that try to end a label."""
        rules = self.scratch / 'a"} 1\n# TYPE x \\.nft'
        shutil.copy(self.source / "examples/london-branch/gateway.nft", rules)
        done = subprocess.run([self.program, "check", str(rules), "--format", "openmetrics"],
                              env=self.env, capture_output=True, text=True, check=False)
        self.check(done.returncode == 1 and done.stdout.endswith("# EOF\n"), f"{done}")
        lines = done.stdout.split("\n")[:-1]
        self.check(all(line.startswith(("# HELP ", "# TYPE ", "# EOF", "safeconduct_check_"))
                       for line in lines), "metrics: a line that is none")
        names = [line.rsplit(" ", 1)[0] for line in lines if not line.startswith("#")]
        self.check(len(set(names)) == len(names), "metrics: a series stands twice")
        if not shutil.which("promtool"):
            print("not installed, not asked: promtool (prometheus)")
            return
        checked = subprocess.run(["promtool", "check", "metrics"], input=done.stdout, text=True,
                                 capture_output=True, check=False)
        self.check(checked.returncode == 0 and not checked.stderr, f"promtool: {checked.stderr}")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        test = Test(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(),
                    pathlib.Path(scratch))
        test.github()
        test.gitlab()
        test.before()
        test.hooks()
        test.pre_commit()
        test.settings()
        test.metrics()
    print(f"{test.faults} faults")
    sys.exit(1 if test.faults else 0)


main()

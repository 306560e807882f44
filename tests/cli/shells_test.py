#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Completions and manuals, asked of the shells and formatters that will read them.

What there is to complete is taken from each command's --help, which is not written from the table
that completions and manuals come from.

usage: shells_test.py SOURCE_DIR PROGRAM
"""

import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HINTS = {"zsh": "zsh", "fish": "fish", "groff": "groff", "mandoc": "mandoc", "man": "man-db"}

BASH = """
source "$1"
COMP_WORDS=("${@:3}")
COMP_CWORD=$2
_safeconduct 2>&1
printf '%s\\n' "${COMPREPLY[@]}"
"""

# Prints what would be offered, in place of offering it.
ZSH = r"""
PROMPT=; RPROMPT=; unset zle_bracketed_paste; unsetopt prompt_cr prompt_sp; stty -echo 2>/dev/null
autoload -Uz compinit; compinit -D -u
source %s
zstyle ':completion:*' verbose no
compadd() {
  local -a hits
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  builtin compadd -A hits "$@"
  print -r -- "HIT ${(j: :)hits}"
}
answered() { zle complete-word; print -r -- 'END-OF-ANSWER'; }
zle -N answered
bindkey '^I' answered
print READY
"""


class Test:
    def __init__(self, source, program):
        self.source, self.program, self.faults = source, program, 0
        self.env = {key: value for key, value in os.environ.items()
                    if not key.startswith("SAFECONDUCT_")}
        self.env["LC_ALL"] = "C.UTF-8"

    def check(self, holds, text):
        if not holds:
            self.faults += 1
            print(text)

    def there(self, tool):
        if shutil.which(tool):
            return True
        print(f"not installed, not asked: {HINTS[tool]}")
        return False

    def own(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True, check=False,
                              env=self.env)
        self.check(done.returncode == 0 and not done.stderr, f"{words}: {done.stderr}")
        return done.stdout

    def read_help(self):
        commands = re.findall(r"^  ([a-z-]+)  +\S", self.own("--help"), re.MULTILINE)
        self.options = {}
        for command in commands:
            lines = re.findall(r"^  ((?:-\w,)?--[a-z-]+)", self.own(command, "--help"),
                               re.MULTILINE)
            self.options[command] = [name for line in lines for name in line.split(",")]
        self.check(len(commands) > 9 and all(len(names) > 6 for names in self.options.values()),
                   f"help is read wrongly: {self.options}")

    # ---- bash

    def bash(self, script, *words):
        done = subprocess.run(["bash", "--norc", "-c", BASH, "bash", script, str(len(words)),
                               self.program, *words], capture_output=True, text=True, check=False,
                              env=self.env, cwd=self.source)
        self.check(not done.stderr, f"bash: {words}: {done.stderr}")
        return done.stdout.split("\n")[:-1] if done.stdout != "\n" else []

    def bash_answers(self, script):
        def expect(words, wanted, exact=True):
            got = self.bash(script, *words)
            fine = got == wanted if exact else set(wanted) <= set(got)
            self.check(fine, f"bash: after {words}: {got}, expected {wanted}")

        expect(["ch"], ["check"])
        expect([""], list(self.options), exact=False)
        expect(["check", "--hook", ""], ["forward", "output", "input"])
        expect(["check", "--hook", "="], ["forward", "output", "input"])
        expect(["check", "--hook", "=", "o"], ["output"])
        expect(["check", "fw.nft", "--fail-on", "re"], ["required", "recommended"])
        expect(["check", "--format", "s"], ["sarif"])
        expect(["probe", "--format", "n"], ["nagios"])
        expect(["trace", "--format", "s"], [])
        expect(["check", "--format", "sarif", ":", "CHANGEL"], ["CHANGELOG.md"])
        expect(["check", "--region", "eu-"], ["eu-west-2"])
        expect(["check", "--policy", "secure"], ["secure-client-roaming"])
        expect(["check", "--dialect", "pan"], ["panos"])
        expect(["check", "--clients", ""], [])
        expect(["check", "CHANGEL"], ["CHANGELOG.md"])
        expect(["check", "--data", "pol"], ["policies"])
        expect(["explain", "SC10"], [f"SC10{n}" for n in range(1, 10)])
        expect(["ranges", "im"], ["import"])
        expect(["completion", ""], ["bash", "zsh", "fish"])
        expect(["nonsense", "--"], [])
        for command, names in self.options.items():
            expect([command, "-"], names, exact=False)

    def hostile_names(self, script):
        """What a data file says is offered as text, and runs nothing."""
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "data"
            shutil.copytree(self.source / "policies", data / "policies")
            (data / "ingress-ranges").mkdir()
            (data / "policies" / "$(touch ran).yaml").write_text("")
            self.env["SAFECONDUCT_DATA"] = str(data)
            got = self.bash(script, "check", "--policy", "$")
            del self.env["SAFECONDUCT_DATA"]
            self.check(got == ["$(touch ran)"], f"bash: a policy's name is offered as {got}")
            self.check(not (self.source / "ran").exists(), "bash: a policy's name was run")

    # ---- zsh

    def zsh_asked(self, script, folder, lines):
        """Types each line and a tab; what was offered after each."""
        setup = folder / "setup.zsh"
        setup.write_text(ZSH % script)
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.source)
            bin_folder = folder / "bin"
            bin_folder.mkdir()
            (bin_folder / "safeconduct").symlink_to(self.program)
            env = dict(self.env, TERM="dumb", PATH=f"{bin_folder}:{self.env['PATH']}",
                       ZDOTDIR=str(folder), HOME=str(folder))
            os.execvpe("zsh", ["zsh", "-f", "-i"], env)

        def until(mark):
            text, end = "", time.monotonic() + 20
            while mark not in text and time.monotonic() < end:
                if select.select([terminal], [], [], 1)[0]:
                    try:
                        text += os.read(terminal, 65536).decode(errors="replace")
                    except OSError:
                        break
            return text

        os.write(terminal, f"source {setup}\n".encode())
        until("\nREADY")
        answers = []
        for line in lines:
            os.write(terminal, f"safeconduct {line}\t".encode())
            text = until("END-OF-ANSWER")
            if "END-OF-ANSWER" not in text:
                self.check(False, f"zsh: no answer after {line!r}: {text!r}")
                break
            answers.append([word for hits in re.findall(r"HIT ([^\r\n]*)", text)
                            for word in hits.split()])
            os.write(terminal, b"\x15")  # takes the line back
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
        return answers

    def zsh_answers(self, script, folder):
        self.syntax(["zsh", "-n", script])
        wanted = {"ch": ["check"], "check --hook ": ["forward", "output", "input"],
                  "check --fail-on re": ["required", "recommended"],
                  "check --hook=o": ["output"],
                  "check --region eu-": ["eu-west-2"], "explain SC10": ["SC101", "SC109"],
                  "ranges im": ["import"], "check CHANGEL": ["CHANGELOG.md"],
                  "check --policy secure": ["secure-client-roaming"],
                  "probe --format n": ["nagios"]}
        for command in self.options:
            wanted[f"{command} --"] = [name for name in self.options[command]
                                       if name.startswith("--")]
        answers = self.zsh_asked(script, folder, list(wanted))
        for (line, words), got in zip(wanted.items(), answers):
            got = [word.rstrip("=").removeprefix("--hook=") if not line.endswith("--")
                   else word.rstrip("=") for word in got]
            self.check(set(words) <= set(got), f"zsh: after {line!r}: {got}, expected {words}")

    # ---- fish

    def fish_answers(self, script, folder):
        self.syntax(["fish", "--no-config", "-n", script])
        wanted = {"ch": ["check"], "check --hook ": ["forward", "output", "input"],
                  "check --fail-on re": ["required", "recommended"], "check --hook=o": [
                      "--hook=output"], "check --region eu-": ["eu-west-2"],
                  "explain SC10": ["SC101", "SC109"], "ranges im": ["import"],
                  "check CHANGEL": ["CHANGELOG.md"], "probe --format n": ["nagios"]}
        for command in self.options:
            wanted[f"{command} -"] = [name for name in self.options[command]]
        bin_folder = folder / "fish-bin"
        bin_folder.mkdir()
        (bin_folder / "safeconduct").symlink_to(self.program)
        env = dict(self.env, PATH=f"{bin_folder}:{self.env['PATH']}", HOME=str(folder))
        for line, words in wanted.items():
            done = subprocess.run(
                ["fish", "--no-config", "-c",
                 "source $argv[1]; complete -C \"safeconduct $argv[2]\"", script, line],
                capture_output=True, text=True, check=False, env=env, cwd=self.source)
            got = [one.split("\t")[0] for one in done.stdout.split("\n")]
            self.check(set(words) <= set(got) and not done.stderr,
                       f"fish: after {line!r}: {got}, expected {words}: {done.stderr}")

    def syntax(self, command):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.check(done.returncode == 0 and not done.stderr, f"{command}: {done.stderr}")

    # ---- manuals

    def formatted(self, command, page):
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env=dict(self.env, MANWIDTH="200"))
        said = [line for line in (done.stderr + done.stdout if "lint" in command else done.stderr)
                .split("\n") if line]
        self.check(done.returncode == 0 and not said, f"{page}: {command[0]}: {said}")
        return done.stdout

    def manuals(self, folder):
        for command in ["", *self.options]:
            page = folder / f"safeconduct{'-' if command else ''}{command}.1"
            page.write_text(self.own("manual", *([command] if command else [])))
            if self.there("groff"):
                self.formatted(["groff", "-ww", "-man", "-Tutf8", str(page)], page.name)
            if self.there("mandoc"):
                self.formatted(["mandoc", "-T", "lint", "-W", "warning", str(page)], page.name)
            if not self.there("man"):
                continue
            text = self.formatted(["man", "--warnings", "-l", str(page)], page.name)
            if not command:
                for one in self.options:
                    self.check(f"safeconduct-{one}(1)" in text, f"manual: lacks {one}")
            for name in self.options.get(command, []):
                self.check(re.search(rf"^ +(--[a-z-]+, )?{name}\b", text, re.MULTILINE),
                           f"manual of {command}: lacks {name}")

    def installed(self):
        """The build writes a manual of every command."""
        text = (self.source / "src/cli/written.cmake").read_text()
        listed = re.search(r"set\(commands ([^)]*)\)", text).group(1).split()
        self.check(listed == list(self.options), f"written.cmake writes {listed}")

    def everything(self):
        self.read_help()
        self.installed()
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            scripts = {}
            for shell in ("bash", "zsh", "fish"):
                scripts[shell] = str(folder / f"completion.{shell}")
                pathlib.Path(scripts[shell]).write_text(self.own("completion", shell))
            self.syntax(["bash", "-n", scripts["bash"]])
            self.bash_answers(scripts["bash"])
            self.hostile_names(scripts["bash"])
            if self.there("zsh"):
                self.zsh_answers(scripts["zsh"], folder)
            if self.there("fish"):
                self.fish_answers(scripts["fish"], folder)
            self.manuals(folder)


def main():
    test = Test(pathlib.Path(sys.argv[1]), sys.argv[2])
    test.everything()
    print(f"{test.faults} faults")
    sys.exit(1 if test.faults else 0)


main()

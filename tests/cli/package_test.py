#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the Debian package, installs it into an empty root, and lets it do its job there.

The root has nothing but the package and the libraries that it depends on: no source tree, no shell.
Needs root (chroot).

usage: package_test.py SOURCE_DIR BUILD_DIR [reproducible]
"""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
# The project has no address of mail to name, and no bugs in Debian.
TOLERATED = {"bogus-mail-host", "bogus-mail-host-in-debian-changelog",
             "initial-upload-closes-no-bugs"}


class Test:
    def __init__(self, source, build, scratch):
        self.source, self.build, self.scratch, self.faults = source, build, scratch, 0
        self.root = scratch / "root"

    def check(self, holds, text):
        if not holds:
            self.faults += 1
            print(text)

    def run(self, *words, **more):
        return subprocess.run([str(one) for one in words], capture_output=True, text=True,
                              check=False, **more)

    def make(self):
        packed = self.run("cpack", "--config", self.build / "CPackConfig.cmake", "-G", "DEB", "-B",
                          self.scratch, cwd=self.scratch)
        debs = list(self.scratch.glob("*.deb"))
        self.check(packed.returncode == 0 and len(debs) == 1, packed.stdout + packed.stderr)
        self.deb = debs[0]

    def depends(self):
        fields = self.run("dpkg-deb", "-f", self.deb, "Depends").stdout
        names = set(re.findall(r"([a-z0-9.+-]+)(?: \([^)]*\))?(?:,|$)", fields.strip()))
        self.check({"libc6", "libssl3", "libnftnl11", "libmnl0", "libarchive13"} <= names,
                   f"Depends: {fields}")

    def install(self):
        for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "proc"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "var/lib/dpkg/status").write_text("")
        (self.root / "var/lib/dpkg/available").write_text("")
        done = self.run("dpkg", f"--root={self.root}", "--force-depends", "--install", self.deb)
        self.check(done.returncode == 0, f"dpkg: {done.stdout}{done.stderr}")
        program = self.root / "usr/bin/safeconduct"
        needed = re.findall(r"(/\S+) \(0x", self.run("ldd", program).stdout)
        # What it loads itself stands beside them.
        needed.append(str(pathlib.Path(needed[0]).with_name("libcrypto.so.3")))
        for library in needed:
            target = self.root / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)

    def contents(self):
        share = self.root / "usr/share"
        for path in ("safeconduct/policies/secure-client-roaming.yaml",
                     "safeconduct/policies/dialects/panos.yaml",
                     "safeconduct/ingress-ranges/cisco-secure-access.yaml",
                     "safeconduct/examples/watch/safeconduct-watch.service",
                     "bash-completion/completions/safeconduct",
                     "zsh/vendor-completions/_safeconduct",
                     "fish/vendor_completions.d/safeconduct.fish",
                     "doc/safeconduct/copyright"):
            self.check((share / path).is_file(), f"the package lacks {path}")
        for path in ("man/man1/safeconduct.1.gz", "man/man1/safeconduct-check.1.gz",
                     "doc/safeconduct/changelog.gz", "doc/safeconduct/changelog.Debian.gz"):
            self.check(len(gzip.open(share / path).read()) > 100, f"{path} is empty")
        strays = [str(one) for one in self.root.rglob("*") if "install-packages" in one.name]
        self.check(not strays, f"of no use when installed: {strays}")

    def no_path_of_the_build(self, reproducible):
        """But for the names of sources in assertions, of a build that is not made for packaging."""
        program = (self.root / "usr/bin/safeconduct").read_bytes()
        for path in (self.source, self.build):
            for name in re.findall(re.escape(str(path).encode()) + rb"[^\0]*", program):
                excused = not reproducible and name.endswith((b".cc", b".h"))
                self.check(excused, f"the program holds {name}")

    def inside(self, *words):
        # From the root folder of another world: nothing of the source tree is in reach.
        words = ["unshare", "--mount", "--pid", "--fork", f"--mount-proc={self.root}/proc",
                 "chroot", str(self.root), "/usr/bin/safeconduct", *words]
        return subprocess.run(words,
                              capture_output=True, text=True, check=False,
                              env={"HOME": "/", "PATH": os.environ["PATH"]})

    def does_its_job(self):
        site = "/usr/share/safeconduct/examples/london-branch/site"
        broken = self.inside("check", "--site", site + ".yaml")
        self.check(broken.returncode == 1 and "london-branch: blocked" in broken.stdout
                   and "denied_hosts" in broken.stdout, f"{broken.stdout}{broken.stderr}")
        fixed = self.inside("check", "--site", site + "-fixed.yaml")
        self.check(fixed.returncode == 0 and "7 of 7 hold" in fixed.stdout,
                   f"{fixed.stdout}{fixed.stderr}")
        vendor = self.inside("check", "--site",
                             "/usr/share/safeconduct/examples/london-vendors/site-panos.yaml")
        self.check(vendor.returncode == 1 and "blocked" in vendor.stdout, vendor.stderr)
        page = self.inside("check", "--site", site + ".yaml", "--format", "html")
        self.check(page.returncode == 1 and "style-src 'sha256-" in page.stdout, page.stderr)
        names = self.inside("completion", "--words", "policies").stdout.split()
        self.check("secure-client-roaming" in names, f"policies: {names}")

    def lintian(self):
        if not shutil.which("lintian"):
            print("not installed, not asked: lintian")
            return
        said = self.run("lintian", "--allow-root", "--tag-display-limit", "0", self.deb).stdout
        for line in said.split("\n"):
            found = re.match(r"([EW]): \S+: (\S+)", line)
            self.check(not found or found.group(2) in TOLERATED, f"lintian: {line}")

    def purged(self):
        done = self.run("dpkg", f"--root={self.root}", "--purge", "safeconduct")
        left = [str(one) for one in self.root.rglob("*safeconduct*")]
        self.check(done.returncode == 0 and not left, f"left behind: {left} {done.stderr}")


def main():
    if os.geteuid() != 0:
        print("skipped: needs root")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as scratch:
        test = Test(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(scratch))
        test.make()
        test.depends()
        test.install()
        test.contents()
        test.no_path_of_the_build(len(sys.argv) > 3 and sys.argv[3] == "reproducible")
        test.does_its_job()
        test.lintian()
        test.purged()
    print(f"{test.faults} faults")
    sys.exit(1 if test.faults else 0)


main()

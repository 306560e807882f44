#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""browser_test.py SOURCES PROGRAM

The pages for auditors in a real browser (Debian's Chromium, asked over its debugging pipe): they
load without a message on the console and without asking for anything, filter, expand and print, by
the keyboard too, on a telephone and in the dark; and what rules say is never markup. Ends with 77
where there is no Chromium.

SC_SCREENSHOTS=FOLDER keeps pictures to look at.
"""

import base64
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PATIENCE = 60  # seconds that a browser on a busy machine may take for an answer

HOSTILE = """table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		tcp dport 443 drop comment "<img src=x onerror=alert(1)><script>document.title=1</script>"
	}
}
"""


class Browser:
    """Messages of the DevTools protocol, ended by NUL, on its descriptors 3 and 4."""

    def __init__(self, program, folder):
        to_it, write = os.pipe()
        read, from_it = os.pipe()

        def descriptors():
            keep = os.dup(to_it), os.dup(from_it)
            os.dup2(keep[0], 3)
            os.dup2(keep[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", "--remote-debugging-pipe",
             f"--user-data-dir={folder}", "about:blank"],
            close_fds=False, preexec_fn=descriptors, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_it)
        os.close(from_it)
        self.write, self.read = write, os.fdopen(read, "rb", buffering=0)
        os.set_inheritable(write, False)
        self.numbers = itertools.count(1)
        self.events = []
        self.left = b""

    def message(self):
        import select
        while b"\0" not in self.left:
            ready, _, _ = select.select([self.read], [], [], PATIENCE)
            if not ready:
                raise TimeoutError("the browser does not answer")
            got = self.read.read(1 << 16)
            if not got:
                raise EOFError("the browser has ended")
            self.left += got
        one, self.left = self.left.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, session=None, **parameters):
        number = next(self.numbers)
        asked = {"id": number, "method": method, "params": parameters}
        if session:
            asked["sessionId"] = session
        os.write(self.write, json.dumps(asked).encode() + b"\0")
        while True:
            told = self.message()
            if told.get("id") == number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return told["result"]
            if "method" in told:
                self.events.append(told)

    def until(self, method):
        while not any(one["method"] == method for one in self.events):
            told = self.message()
            if "method" in told:
                self.events.append(told)

    def end(self):
        self.process.kill()
        self.process.wait()


class Page:
    def __init__(self, browser, path):
        self.browser, self.path = browser, path
        browser.events = []
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.ask("Target.attachToTarget", targetId=target,
                                   flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        browser.events = []
        self.ask("Page.navigate", url=path.as_uri())
        browser.until("Page.loadEventFired")

    def ask(self, method, **parameters):
        return self.browser.ask(method, self.session, **parameters)

    def value(self, expression):
        told = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(f"{expression}: {told['exceptionDetails']}")
        return told["result"].get("value")

    def key(self, key, code=None, text=None, number=0):
        press = {"key": key, "code": code or key, "windowsVirtualKeyCode": number}
        if text:
            press["text"] = text
        self.ask("Input.dispatchKeyEvent", type="keyDown", **press)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, code=code or key,
                 windowsVirtualKeyCode=number)

    def size(self, width, height=900):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=width < 500)

    def picture(self, name):
        folder = os.environ.get("SC_SCREENSHOTS")
        if not folder:
            return
        told = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(told["data"]))


def visible(selector):
    return (f"[...document.querySelectorAll({selector!r})]"
            ".filter(one => one.getClientRects().length > 0).length")


# Of what is written in the class, on what is behind it (WCAG 2.1, relative luminance).
CONTRAST = """(() => {
  const light = text => {
    const parts = text.match(/[\\d.]+/g).slice(0, 3).map(one => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== 'transparent') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  let worst = 21;
  for (const one of document.querySelectorAll('.good, .bad, .doubt, .faint, code, td, h1, li, a')) {
    if (one.getClientRects().length === 0) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(behind(one))];
    worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return worst;
})()"""


class Checks:
    def __init__(self, browser, root):
        self.browser, self.root = browser, str(root)
        self.faults = 0

    def must(self, holds, what):
        if not holds:
            print(f"{self.name}: {what}")
            self.faults += 1

    def opened(self, path):
        self.name = path.stem
        page = Page(self.browser, path)
        page.size(1200)
        return page

    def quiet(self, page):
        """Nothing on the console, nothing asked for, nothing that runs but what the page says."""
        asked = {one["params"]["request"]["url"] for one in self.browser.events
                 if one["method"] == "Network.requestWillBeSent"}
        self.must(asked <= {page.path.as_uri()}, f"it asks for {asked}")
        for one in self.browser.events:
            bad = one["method"] in ("Log.entryAdded", "Runtime.exceptionThrown",
                                    "Runtime.consoleAPICalled", "Page.javascriptDialogOpening")
            self.must(not bad, f"the console says {one}")

    def every_page(self, page):
        self.quiet(page)
        self.must(page.value(f"document.body.textContent.includes({self.root!r})") is False,
                  "it shows where on this machine files stand")
        self.must(page.value("document.querySelector('h1') !== null"), "it has no heading")
        self.must(page.value("getComputedStyle(document.querySelector('th')).fontWeight") == "600",
                  "its own style is not applied")
        for scheme in ("light", "dark"):
            page.ask("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": scheme}])
            contrast = page.value(CONTRAST)
            self.must(contrast >= 4.5, f"{scheme}: a contrast of {contrast:.2f}, less than 4.5")
            page.picture(f"{self.name}-{scheme}")
        page.ask("Emulation.setEmulatedMedia", features=[])
        page.size(390)
        wide = page.value("document.documentElement.scrollWidth")
        self.must(wide <= 390, f"on a telephone it is {wide} wide")
        page.picture(f"{self.name}-telephone")
        page.size(1200)
        printed = base64.b64decode(page.ask("Page.printToPDF")["data"])
        self.must(printed.startswith(b"%PDF-"), "it does not print")

    def check_page(self, path):
        page = self.opened(path)
        self.every_page(page)
        rows = page.value(visible("tr:not(.head)"))
        failing = page.value("document.querySelectorAll('section.filter tr:not(.head):not(.holds)').length")
        self.must(rows > failing > 0, f"{failing} of {rows} rows do not hold: no filter is seen")
        # By the keyboard: the first stop is the filter, the arrow chooses what does not hold.
        page.key("Tab", number=9)
        self.must(page.value("document.activeElement.id") == "all", "Tab does not lead to the filter")
        page.key("ArrowRight", number=39)
        self.must(page.value("document.getElementById('only-failing').checked"),
                  "the arrow does not choose")
        left = page.value(visible("section.filter tr:not(.head)"))
        self.must(left == failing, f"what does not hold: {left} rows, not {failing}")
        page.picture(f"{self.name}-filtered")
        # A closed part opens by Enter.
        shut = page.value("[...document.querySelectorAll('details')].findIndex(one => !one.open)")
        self.must(shut >= 0, "everything is open")
        page.value(f"document.querySelectorAll('details')[{shut}].querySelector('summary').focus()")
        page.key("Enter", text="\r", number=13)
        self.must(page.value(f"document.querySelectorAll('details')[{shut}].open"),
                  "Enter does not open a part")
        page.key("Enter", text="\r", number=13)
        self.must(not page.value(f"document.querySelectorAll('details')[{shut}].open"),
                  "Enter does not close it again")
        # On paper all of it stands, also what is closed on the screen.
        page.ask("Emulation.setEmulatedMedia", media="print")
        tall = page.value(f"document.querySelectorAll('details')[{shut}].getBoundingClientRect().height")
        head = page.value(f"document.querySelectorAll('details')[{shut}]"
                          ".querySelector('summary').getBoundingClientRect().height")
        self.must(tall > head * 1.5, f"closed parts are not printed ({tall} of {head})")
        self.must(page.value(visible("section.filter input")) == 0, "the filter is printed")
        # A link of the table leads to its part.
        page.ask("Emulation.setEmulatedMedia", media="")
        page.value("document.querySelector('section.filter a').click()")
        self.must(page.value("location.hash !== '' && document.querySelector(location.hash) !== null"),
                  "a requirement's link leads nowhere")

    def hostile_page(self, path):
        page = self.opened(path)
        self.quiet(page)
        self.must(page.value("document.images.length + document.scripts.length") == 0,
                  "a comment became markup")
        self.must("onerror=alert(1)" in page.value("document.body.textContent"),
                  "the comment is not shown")
        self.must(page.value("document.title") != "1", "a comment ran")
        # Nor would it, had it got in: the policy of the page lets no script run.
        page.value("{ const one = document.createElement('script');"
                   "one.textContent = 'document.title = 1'; document.body.append(one); }")
        self.must(page.value("document.title") != "1", "a script that was put in runs")

    def audit_page(self, path):
        page = self.opened(path)
        self.every_page(page)
        rows = page.value(visible("tr.site"))
        ready = page.value(visible("tr.site.ready"))
        self.must(rows > ready > 0, f"{ready} of {rows} sites are ready: no filter is seen")
        page.value("document.getElementById('search').focus()")
        for letter in "no-such-site":
            page.key(letter, text=letter)
        self.must(page.value(visible("tr.site")) == 0, "the search hides nothing")
        page.value("{ const box = document.getElementById('search'); box.value = '';"
                   "box.dispatchEvent(new Event('input')); }")
        self.must(page.value(visible("tr.site")) == rows, "an empty search does not show all")
        page.value("document.getElementById('only-failing').focus()")
        page.key(" ", code="Space", text=" ", number=32)
        self.must(page.value(visible("tr.site")) == rows - ready, "ready sites are not filtered out")


def main():
    root, program = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed")
        return 77

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def page(title, *words, cwd=root):
            done = subprocess.run([program, *words], cwd=cwd, capture_output=True, text=True,
                                  check=False)
            if done.returncode not in (0, 1, 2):
                raise RuntimeError(f"{words}: {done.stderr}")
            return folder / title

        london = page("london.html", "check", "--site", "examples/london-branch/site.yaml",
                      "--quiet", "--format", f"html:{folder}/london.html")
        (folder / "hostile.nft").write_text(HOSTILE, encoding="utf-8")
        hostile = page("hostile.html", "check", "hostile.nft", "--quiet", "--format",
                       "html:hostile.html", cwd=folder)
        fleet = page("fleet.html", "audit", "examples/fleet/fleet.yaml", "--quiet", "--format",
                     f"html:{folder}/fleet.html")
        browser = Browser(chromium, folder / "profile")
        try:
            checks = Checks(browser, root)
            checks.check_page(london)
            checks.hostile_page(hostile)
            checks.audit_page(fleet)
        finally:
            browser.end()
    print(f"3 pages, {checks.faults} faults")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""A headless Chromium before a refrain of its own: what the checks of the page and its pictures are made with."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 30

for name in list(os.environ):
    if name.startswith(("OPENAI_", "REFRAIN_")) or name.lower().endswith("_proxy"):
        del os.environ[name]
# Selenium asks its maker for drivers and counts its uses; here it is told where both programs are.
os.environ.update(SE_OFFLINE="true", SE_AVOID_STATS="true")


@contextlib.contextmanager
def program(arguments, is_ready):
    """Starts a program, gives the line in which it says that it is ready, and ends it."""
    process = subprocess.Popen(
        [str(argument) for argument in arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for line in process.stdout:
            if is_ready in line:
                yield line
                return
        sys.exit(f"{arguments[0]} did not start")
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextlib.contextmanager
def refrain(binaries, *, tokens=None, faq=True, settings=None):
    """A refrain with Debian's FAQ and a stand-in for the models; gives its address."""
    with tempfile.TemporaryDirectory(prefix="refrain-page-") as folder:
        folder = Path(folder)
        standin = [binaries / "refrain-standin", "--port", "0", "--pairs", ROOT / "demo/questions.jsonl", "--answers",
                   ROOT / "demo/answers.jsonl", "--delay-ms", "40", "--mini-delay-ms", "10"]
        with program(standin, "http://") as line:
            arguments = ["--data", folder / "data", "--listen", "127.0.0.1:0", "--socket", folder / "refrain.sock",
                         "--upstream", line.split()[-1], "--log-level", "error"]
            if settings:
                (folder / "refrain.json5").write_text(json.dumps(settings))
                arguments += ["--config", folder / "refrain.json5"]
            if tokens:
                (folder / "tokens").write_text(tokens)
                (folder / "tokens").chmod(0o600)
                arguments += ["--tokens-file", folder / "tokens"]
            if faq:
                rows = subprocess.run(
                    [sys.executable, ROOT / "demo/extract-debian-faq.py"], capture_output=True, check=True).stdout
                (folder / "faq.jsonl").write_bytes(rows)
                subprocess.run([binaries / "refrain", "import", folder / "faq.jsonl", *arguments], check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with program([binaries / "refrain", "serve", *arguments], "ready") as ready:
                yield next(word for word in ready.replace(";", " ").split() if word.startswith("http://"))


def send(base, method, path, body=None, headers=None):
    """A request beside the browser's, for what a check needs to be there."""
    request = urllib.request.Request(
        base + path, None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


class Page:
    """The page in a browser."""

    def __init__(self, base, width=1180, height=900, dark=False):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update", "--disable-sync",
                         "--hide-scrollbars", "--force-device-scale-factor=1"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        self.base = base
        self.look(width, height, dark)

    def close(self):
        self.driver.quit()

    def look(self, width, height=900, dark=False):
        """Sets the size, as a phone has it where it is narrow, and the scheme."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def open(self, place=""):
        self.driver.get("about:blank")
        self.driver.get(f"{self.base}/{place}")
        self.until(lambda: self.script("return document.querySelector('main > div')?.childElementCount > 0"),
                   f"/{place} shows something")

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def until(self, holds, what):
        def tried(_):
            try:
                return holds()
            except StaleElementReferenceException:
                return False
        try:
            return WebDriverWait(self.driver, PATIENCE_SECONDS, poll_frequency=0.05).until(tried)
        except Exception:
            raise AssertionError(f"{what}: it did not come to that. The page says:\n{self.text[:1500]}") from None

    @property
    def text(self):
        return self.script("return document.body.innerText")

    def reads(self, *texts):
        for text in texts:
            self.until(lambda text=text: text in self.text, f"the page reads {text!r}")

    def find(self, selector):
        return self.until(lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, selector)), None), selector)

    def button(self, name):
        """A button or a link that looks like one, by what stands on it."""
        path = f"//*[self::button or self::a][normalize-space(.)={json.dumps(name)} and not(ancestor::*[@hidden])]"
        return self.until(lambda: next(iter(self.driver.find_elements(By.XPATH, path)), None), f"a button {name!r}")

    def press(self, name):
        self.button(name).click()

    def type(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def keys(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, held, key):
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def focused(self):
        return self.script("return document.activeElement?.innerText || document.activeElement?.name || ''")

    def complaints(self):
        """What stands in the console as an error since it was last asked for."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requests(self):
        """The addresses that were asked for since they were last asked for."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]


__all__ = ["Keys", "Page", "ROOT", "program", "refrain", "send"]

"""A Chromium without a window, driven over its DevTools protocol: it measures decks and prints them.

Any browser of the family will do: Chromium, Chrome, Edge. The protocol: https://chromedevtools.github.io/devtools-protocol
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

# Chromium last: Ubuntu's is a snap, which may not read every folder.
_COMMANDS = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "chromium",
    "chromium-browser",
)
_PROGRAMS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{PROGRAMFILES}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Google/Chrome/Application/chrome.exe",
    "{LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Microsoft/Edge/Application/msedge.exe",
)
_PATIENCE = 60  # seconds for one answer; the largest deck takes about five


class BrowserError(Exception):
    """There is no browser of the Chromium family, or it did not do what was asked; the message says what helps."""


def find() -> Path | None:
    """Return the program of a browser of the Chromium family, or None."""
    for command in _COMMANDS:
        if (found := shutil.which(command)) is not None:
            return Path(found)
    programs = (Path(program.format_map(_Folders(os.environ))) for program in _PROGRAMS)
    return next((program for program in programs if program.is_file()), None)


class Page:
    """One page of a running browser.

    Attributes:
        requests: every address that the page asked for, in order.
    """

    def __init__(self, connection: websocket.WebSocket) -> None:
        self._connection = connection
        self._calls = 0
        self._session: str | None = None
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Network.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result.

        Raises:
            BrowserError: the browser refused.
        """
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": parameters}
        self._connection.send(json.dumps(message | ({"sessionId": self._session} if self._session else {})))
        while True:
            answer = json.loads(self._connection.recv())
            if answer.get("method") == "Network.requestWillBeSent":
                self.requests.append(answer["params"]["request"]["url"])
            if answer.get("id") == self._calls:
                if "error" in answer:
                    raise BrowserError(f"the browser refused {method}: {answer['error']['message']}")
                return answer["result"]

    def value(self, script: str) -> Any:
        """Evaluate JavaScript, wait where it promises a value, and return it.

        Raises:
            BrowserError: the script threw.
        """
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"the page's script failed: {result['exceptionDetails']}")
        return result["result"].get("value")

    def open(self, address: str, until: str) -> None:
        """Open an address and wait until an expression is true there.

        Raises:
            BrowserError: it did not become true.
        """
        self.call("Page.navigate", url=address)
        end = time.monotonic() + _PATIENCE
        while not self.value(until):
            if time.monotonic() > end:
                raise BrowserError(f"{address} was not ready after {_PATIENCE} s ({until})")
            time.sleep(0.05)


@contextmanager
def page(width: int, height: int) -> Iterator[Page]:
    """Start a browser, give an empty page of this size in pixels, and end the browser.

    Raises:
        BrowserError: there is none, or it does not start.
    """
    program = find()
    if program is None:
        raise BrowserError(
            "No browser of the Chromium family was found. Install Chromium, Chrome or Edge; on Debian and Ubuntu: "
            "sudo apt-get install chromium"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        options = [f"--user-data-dir={folder}", f"--window-size={width},{height}", "--remote-debugging-port=0"]
        options += ["--headless=new", "--hide-scrollbars", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # root has none; only pages of the course are opened
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([program, *options, "about:blank"], **quiet)
        try:
            connection = websocket.create_connection(
                _address(program, Path(folder)), timeout=_PATIENCE, suppress_origin=True
            )
            shown = Page(connection)
            shown.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            yield shown
            connection.close()
        finally:
            process.terminate()
            process.wait()


def _address(program: Path, folder: Path) -> str:
    """Return the address of the browser's protocol, which it writes into its folder once it listens."""
    file, end = folder / "DevToolsActivePort", time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if file.exists() and len(lines := file.read_text().split()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise BrowserError(f"{program} did not start within {_PATIENCE} s; try it by hand, or install another browser")


class _Folders(dict):
    """Environment variables; one that is not set leaves a path that does not exist."""

    def __missing__(self, name: str) -> str:
        return "missing"

"""A Chromium of our own, driven through pipes (Chrome DevTools Protocol): nothing to install beside the browser.

It is given no network but loopback's own addresses to ask, a profile that is thrown away, and none of its own errands.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_END = b"\0"
_BLOCK_BYTES = 65_536
_WAIT_SECONDS = 15.0


class BrowserError(Exception):
    """The browser is not there, or said no, or what was waited for did not come."""


def executable() -> str:
    """Return the browser's path.

    Raises:
        BrowserError: there is none.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise BrowserError("no Chromium here; on Debian and Ubuntu: apt-get install chromium fonts-noto-cjk")
    return found


class Chromium:
    """One browser with one page; a context manager."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._profile = Path(tempfile.mkdtemp(prefix="glasshall-browser-"))
        ours_in, theirs_out = os.pipe()
        theirs_in, self._write = os.pipe()
        self._read = ours_in
        command = [executable(), *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        # The browser reads commands from descriptor 3 and writes answers to 4.
        shell = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "chromium", *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self._attach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(_WAIT_SECONDS)
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _attach(self) -> None:
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self._session = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come meanwhile are kept.

        Raises:
            BrowserError: the browser refused it.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + _END)
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        while _END not in self._rest:
            block = os.read(self._read, _BLOCK_BYTES)
            if not block:
                raise BrowserError("the browser has ended")
            self._rest += block
        raw, _, self._rest = self._rest.partition(_END)
        message: dict[str, Any] = json.loads(raw)
        return message

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; a promise is waited for.

        Raises:
            BrowserError: it threw.
        """
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{script}: {result['exceptionDetails'].get('exception', {}).get('description')}")
        return result["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression holds.

        Raises:
            BrowserError: it did not within fifteen seconds.
        """
        until = time.monotonic() + _WAIT_SECONDS
        while not self.run(script):
            if time.monotonic() > until:
                raise BrowserError(f"in vain waited for: {script}")
            time.sleep(0.05)

    def press(self, key: str) -> None:
        """Press and let go of a key."""
        codes = {"Tab": 9, "Enter": 13}
        text = {"text": "\r"} if key == "Enter" else {}
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        self.send("Input.dispatchKeyEvent", type="keyDown", **shared, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **shared)

    def write(self, text: str) -> None:
        """Type text where the focus is."""
        self.send("Input.insertText", text=text)

"""The browser at the page: where it goes, what it asks for and complains of, and the pictures that are kept of it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.chromium import Chromium

PICTURES = Path(".build/browser")
DRAWN = "!document.querySelector('main[aria-busy]') && !!document.querySelector('main h1')?.textContent"


@dataclass
class Look:
    """The browser, where the page is, and what was found wrong."""

    browser: Chromium
    url: str
    wrong: list[str]

    def hold(self, good: bool, what: str) -> None:
        """Note what does not hold."""
        if not good:
            self.wrong.append(what)

    def screen(self, width: int) -> None:
        """Give the browser a screen, and a window as wide: without a word the screen stays that of a headless machine."""
        window: dict[str, Any] = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.browser.send("Emulation.setDeviceMetricsOverride", **window, screenWidth=width, screenHeight=900)

    def language(self, code: str) -> None:
        """Choose the language of the page, as one who was here before."""
        self.open("#/")
        self.browser.run(f"localStorage.setItem('glasshall-language', '{code}')")

    def open(self, address: str) -> None:
        """Go to an address of the page as a new visitor of it."""
        self.browser.send("Page.navigate", url="about:blank")
        self.browser.events.clear()
        self.browser.send("Page.navigate", url=f"{self.url}/{address}")
        self.browser.wait(f"document.readyState === 'complete' && {DRAWN}")
        self.browser.run("new Promise((done) => setTimeout(done, 150))")

    def requested(self) -> list[str]:
        """Return every address that was asked since the last `open`."""
        found = [e["params"] for e in self.browser.events if e.get("method") == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in found]

    def complaints(self) -> Iterator[str]:
        """Yield what the browser complained of since the last `open`."""
        for event in self.browser.events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                yield str(parameters["exceptionDetails"])
            if event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                yield f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}"

    def picture(self, name: str, *, whole: bool = True) -> None:
        """Keep a picture of the whole page, or of what is on the screen."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        shot = self.browser.send("Page.captureScreenshot", captureBeyondViewport=whole)
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

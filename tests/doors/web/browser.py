"""Drive headless Chromium through a pipe, for tests of pages: no driver, no port, no network.

Chromium's own protocol: JSON messages that end with a zero byte, on descriptors 3 and 4. Every request that the page
makes and every message of its console is kept.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

WAIT_S = 60.0
QUIET_LOOKS = 3
LOOK_S = 0.03
HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def find_chromium() -> str | None:
    """Return a Chromium that starts; some systems have only a stub of that name."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        return None
    asked = subprocess.run([found, "--version"], capture_output=True, check=False, timeout=WAIT_S)
    return found if asked.returncode == 0 else None


class Tab:
    """One page of a browser."""

    def __init__(self, out: int, into: int) -> None:
        self._out, self._into = out, into
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []

    def open(self) -> Self:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{part}.enable")
        return self

    def show(self, path: Path, *, scheme: str = "light", width: int = 1000, script: bool = True) -> None:
        """Load a file, and wait until it has loaded."""
        self.paint(scheme=scheme, width=width)
        self.ask("Emulation.setScriptExecutionDisabled", value=not script)
        self._load(path.as_uri())

    def visit(self, address: str) -> None:
        """Load a page of a server, and wait until all that it loads into itself is there; streams stay open."""
        self._load(address)
        self.settle()

    def paint(self, *, scheme: str, width: int, media: str = "") -> None:
        """Choose light or dark, a width, and screen or ``print``."""
        self.ask(
            "Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)

    def settle(self) -> None:
        """Wait until no request of the page is on its way, three looks in a row."""
        until, quiet = time.monotonic() + WAIT_S, 0
        while quiet < QUIET_LOOKS and time.monotonic() < until:
            time.sleep(LOOK_S)
            self.ask("Page.enable")  # whatever was said meanwhile is heard before its answer
            quiet = 0 if self._list_open_requests() else quiet + 1
        assert quiet == QUIET_LOOKS, f"still on their way: {self._list_open_requests()}"

    def wait_for(self, condition: str, seconds: float = 15.0) -> bool:
        """Tell whether an expression becomes true in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.run(condition):
                return True
            time.sleep(LOOK_S)
        return False

    def type(self, keys: str) -> None:
        """Press letters, one after the other, as a person would."""
        for key in keys:
            for kind in ("keyDown", "keyUp"):
                self.ask("Input.dispatchKeyEvent", type=kind, key=key, **({"text": key} if kind == "keyDown" else {}))

    def _load(self, address: str) -> None:
        self.events.clear()
        self.ask("Page.navigate", url=address)
        while not any(one["method"] == "Page.loadEventFired" for one in self.events):
            self._take()

    def _list_open_requests(self) -> dict[str, str]:
        """Return addresses of requests that were sent and have not ended, by id.

        Nobody says how a request ended whose page was left meanwhile.
        """
        begun: dict[str, tuple[str, str]] = {}
        for one in self.events:
            method, said = one["method"], one["params"]
            if method == "Network.requestWillBeSent" and said.get("type") != "EventSource":
                begun[said["requestId"]] = (said["loaderId"], said["request"]["url"])
            elif method in {"Network.loadingFinished", "Network.loadingFailed"}:
                begun.pop(said["requestId"], None)
            elif method == "Page.frameNavigated" and "parentId" not in said["frame"]:
                shown = said["frame"]["loaderId"]
                begun = {key: found for key, found in begun.items() if found[0] == shown}
        return {key: address for key, (_, address) in begun.items()}

    def run(self, script: str) -> Any:
        """Return the value of an expression; the page's policy holds while it runs."""
        found = self.ask(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            allowUnsafeEvalBlockedByCSP=False,
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36}
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text)

    def list_requests(self) -> list[str]:
        """Return the addresses of all requests since the page was shown."""
        sent = [one for one in self.events if one["method"] == "Network.requestWillBeSent"]
        return [one["params"]["request"]["url"] for one in sent]

    def list_complaints(self) -> list[str]:
        """Return what the console, an uncaught error or the page's policy said."""
        named = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
        return [json.dumps(one["params"])[:400] for one in self.events if one["method"] in named]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one message and return its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._into, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            answer = self._take()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                found: dict[str, Any] = answer["result"]
                return found
        raise TimeoutError(method)

    def _take(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._out, 1 << 16)
            assert read, "the browser has ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        if "method" in found:
            self.events.append(found)
        return found


@contextmanager
def start(program: str, folder: Path) -> Iterator[Tab]:
    """Start a browser with a profile of its own; end it afterwards."""
    commands, replies = os.pipe(), os.pipe()
    words = [program, *SWITCHES, f"--user-data-dir={folder}", "about:blank"]
    # The shell puts the pipe's ends on descriptors 3 and 4, which Chromium expects.
    script = f'exec "$@" 3<&{commands[0]} 4>&{replies[1]}'
    process = subprocess.Popen(
        ["bash", "-c", script, "bash", *words],
        pass_fds=(commands[0], replies[1]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **dict.fromkeys(HOMES, str(folder))},
    )
    for end in (commands[0], replies[1]):
        os.close(end)
    try:
        yield Tab(replies[0], commands[1]).open()
    finally:
        os.close(commands[1])
        process.terminate()
        process.wait(WAIT_S)
        os.close(replies[0])

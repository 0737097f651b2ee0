"""Nothing leaves the machine: no module of ours can open a connection, and none is opened where logs are read."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.capture.builders import a_session
from tests.house.outline import read_outline

SOURCES = sorted((Path(__file__).parents[1] / "src" / "twiceshy").rglob("*.py"))
TALKERS = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "telnetlib",
    "urllib3",
    "uvicorn",
    "webbrowser",
    "xmlrpc",
}
WATCH = """
import sys
def watch(event, args):
    if event.startswith("socket.") and event != "socket.__new__":
        print("opened:", event, args[1:], file=sys.stderr)
        sys.stderr.flush()
        __import__("os")._exit(99)
sys.addaudithook(watch)
if sys.argv[1] == "prove":
    import socket
    socket.create_connection(("127.0.0.1", 9), timeout=1)
from twiceshy.surfaces.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def imported(path: Path) -> set[str]:
    """First parts of every module that a source imports; of urllib only what opens addresses."""
    names = set()
    for node in read_outline(path).imports:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.partition(".")[0] for name in names} | names & {"urllib.request"}


def test_no_module_imports_what_talks_to_others() -> None:
    """Everything that could is a visible line of the source: the dashboard, to a browser of this machine."""
    found = {path.name: sorted(imported(path) & (TALKERS | {"urllib.request"})) for path in SOURCES}

    assert {name: names for name, names in found.items() if names} == {"serve.py": ["socket", "uvicorn", "webbrowser"]}


def watched(*words: str) -> subprocess.CompletedProcess[str]:
    """One call of the command line that ends with 99 at its first step towards a connection."""
    return subprocess.run(
        [sys.executable, "-c", WATCH, *words], capture_output=True, text=True, check=False, env=dict(os.environ)
    )


def test_the_watch_can_see() -> None:
    """A connection is an event; without this the next test would prove nothing."""
    assert watched("prove").returncode == 99


def test_no_connection_is_opened_from_the_logs_to_the_report(tmp_path: Path) -> None:
    """Also none by a library that we use."""
    a_session("one").prompt("read https://docs.example.org").runs("curl https://example.org", "ok").write(
        tmp_path / "a.jsonl"
    )

    for words in (
        ["ingest", str(tmp_path), "--processes", "1"],
        ["report"],
        ["report", "--json"],
        ["sessions"],
        ["search", "docs"],
        ["redact", str(tmp_path / "a.jsonl")],
        ["audit"],
        ["doctor"],
    ):
        call = watched(*words)
        assert (call.returncode, "opened:" in call.stderr) == (0, False), (words, call.stderr)

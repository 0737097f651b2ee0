"""Nothing leaves the machine unless a person named a server: who may talk is listed, and nobody talks by itself."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.graph import list_sources, name_of
from tests.house.outline import read_outline
from tests.logs.builders import a_session

SOURCES = list_sources()
MAY_TALK = {
    "twiceshy_team/remote/http_target.py": {"http", "socket", "ssl", "urllib.request"},
    "twiceshy_team/server/serve.py": {"asyncio", "socket", "ssl", "uvicorn"},
    "doors/web/dashboard/serve.py": {"socket", "uvicorn", "webbrowser"},
}
"""The client of a team's server, where a person named one; that server; the dashboard, to a browser of this machine."""
DATABASE = {"psycopg", "psycopg_pool"}
"""They talk to PostgreSQL, from one folder only: that of the team's server."""
TALKERS = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http",
    "httpx",
    "imaplib",
    "poplib",
    "psycopg",
    "psycopg_pool",
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
from twiceshy.doors.cli.main import main
for words in sys.argv[1:]:
    if code := main(words.split()):
        sys.exit(f"{words} ended with {code}")
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
    """Everything that could is a line of this list."""
    found = {name_of(path): imported(path) & (TALKERS | {"urllib.request"}) for path in SOURCES}
    talking = {
        name: names - (DATABASE if name.startswith("twiceshy_team/store/") else set())
        for name, names in found.items()
        if names
    }

    assert {name: names for name, names in talking.items() if names - MAY_TALK.get(name, set())} == {}
    assert MAY_TALK["twiceshy_team/remote/http_target.py"] == talking["twiceshy_team/remote/http_target.py"]


def watched(*words: str) -> subprocess.CompletedProcess[str]:
    """Calls of the command line, one after the other; it ends with 99 at the first step towards a connection."""
    return subprocess.run(
        [sys.executable, "-c", WATCH, *words], capture_output=True, text=True, check=False, env=dict(os.environ)
    )


def test_the_watch_can_see() -> None:
    """A connection is an event; without this the next test would prove nothing."""
    assert watched("prove").returncode == 99


def test_no_connection_is_opened_from_the_logs_to_the_report(tmp_path: Path) -> None:
    """Also none by a library that we use, and none to a server that nobody named."""
    a_session("one").prompt("read https://docs.example.org").runs("curl https://example.org", "ok").write(
        tmp_path / "a.jsonl"
    )

    call = watched(
        f"ingest {tmp_path} --processes 1",
        "report",
        "report --json",
        "sessions",
        "search docs",
        f"redact {tmp_path / 'a.jsonl'}",
        "audit",
        "doctor",
        "learn",
        "sync",
        "sync --status",
        "sync --dry-run",
    )

    assert (call.returncode, "opened:" in call.stderr) == (0, False), call.stderr


def test_a_server_is_asked_only_where_a_person_named_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project's file cannot name one: that is an error, and no connection."""
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / ".twiceshy" / "config.toml"
    settings.parent.mkdir()
    settings.write_text('sync.url = "http://127.0.0.1:9"\ntelemetry.backend = "hybrid"\n')
    call = watched("sync")
    assert (call.returncode, "opened:" in call.stderr) == (1, False)
    assert "not for a project to set" in call.stderr
    settings.unlink()

    monkeypatch.setenv("TWICESHY_SYNC_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("TWICESHY_TELEMETRY_BACKEND", "hybrid")
    monkeypatch.setenv("TWICESHY_SYNC_TOKEN", "t" * 20)
    call = watched("sync --test")
    assert (call.returncode, "opened:" in call.stderr) == (99, True)

"""Agents' own exporters, as their programs send: their events and counters become rows, and their sessions add up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.agents.driving import Agent, scene
from tests.agents.fake_models import Model

from twiceshy.privacy.row_scan import RowScan
from twiceshy.records.team import Caller
from twiceshy_team.serve.otlp_intake import TakenExport, take_export
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store.opening import open_team_store

TOKEN = "tws_" + "A" * 43
SAID = "please make the marmalade"


@dataclass
class Collector:
    """What exporters posted, in order."""

    port: int = 0
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A server on loopback that takes whatever is posted."""
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

        def do_POST(self) -> None:
            body = self.read_chunks() if "chunked" in self.headers.get("Transfer-Encoding", "") else None
            if body is None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found.posts.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Type", self.headers.get("Content-Type", ""))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def read_chunks(self) -> bytes:
            parts = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def exporting(agent: Agent, port: int) -> Agent:
    """The agent with the settings of docs/reference/otlp.md, sending everything that it can."""
    address = f"http://127.0.0.1:{port}"
    variables = {
        "claude-code": {
            "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_LOG_TOOL_DETAILS": "1",
            "OTEL_LOG_USER_PROMPTS": "1",
        },
        "gemini-cli": {
            "GEMINI_TELEMETRY_ENABLED": "true",
            "GEMINI_TELEMETRY_TARGET": "local",
            "GEMINI_TELEMETRY_OTLP_PROTOCOL": "http",
            "GEMINI_TELEMETRY_OTLP_ENDPOINT": address,
            "GEMINI_TELEMETRY_LOG_PROMPTS": "true",
        },
    }.get(agent.name, {})

    def prepare(home: Path, model: Model) -> dict[str, str]:
        found = agent.prepared(home, model)
        if agent.name == "codex":
            headers = f'headers = {{ "Authorization" = "Bearer {TOKEN}" }}'
            with (home / ".codex" / "config.toml").open("a") as settings:
                settings.write("[otel]\nlog_user_prompt = true\n")
                for name, signal in (("exporter", "logs"), ("metrics_exporter", "metrics")):
                    place = f'endpoint = "{address}/v1/{signal}", protocol = "binary", {headers}'
                    settings.write(f"{name} = {{ otlp-http = {{ {place} }} }}\n")
            return found
        return {
            **found,
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer {TOKEN}",
            **variables,
        }

    return replace(agent, prepared=prepare)


@dataclass
class Sent:
    """What an agent sent, and what a team's server made of it."""

    posts: list[tuple[str, dict[str, str], bytes]]
    taken: list[TakenExport]
    events: list[tuple[Any, ...]]
    sessions: list[tuple[Any, ...]]
    stored: bytes


def sent_by(agent: Agent, folder: Path) -> Sent:
    """What the agent sends of a session with two calls, taken twice by a team's server that keeps counts."""
    with collecting() as collector:
        stage = scene(exporting(agent, collector.port), folder)
        stage.runs(agent.write(stage.work / "jam.txt", "orange\n"), agent.shell("false"), prompt=SAID)
    store = open_team_store(str(folder / "team.db"))
    now = datetime.now(UTC)
    team = store.make_team("a team", now)
    caller = Caller(team=team, member=store.make_member(team, "a person", now), scopes=frozenset({"write"}))
    server = TeamServer(store=store, scan=RowScan(), level="counts")
    taken = [
        take_export(
            server,
            caller,
            path.rpartition("/")[2],  # type: ignore[arg-type]  # one of the three, or the test fails
            body,
            now,
            encoding=headers.get("content-encoding", ""),
            content_type=headers.get("content-type", ""),
        )
        for path, headers, body in collector.posts * 2
    ]
    sessions = "SELECT agent, model, prompts, calls, failed_calls, tokens_in, tokens_out FROM session"
    found = Sent(
        posts=collector.posts,
        taken=taken,
        events=store.fetch(team, "SELECT agent, name, tool, success, session_hash, call_hash FROM event", {}),
        sessions=store.fetch(team, sessions, {}),
        stored=b"",
    )
    store.close()
    found.stored = b"".join(path.read_bytes() for path in folder.glob("team.db*"))
    return found


def test_an_agents_own_program_is_understood(agent: Agent, tmp_path: Path) -> None:
    """Its session has its prompt, calls, failure and tokens once; every event has a known name; no text is stored."""
    sent = sent_by(agent, tmp_path)
    ((name, model, prompts, calls, failed, tokens_in, tokens_out),) = sent.sessions
    half = len(sent.taken) // 2
    logs = [one for one, (path, _, _) in zip(sent.taken, sent.posts, strict=False) if path == "/v1/logs"]

    assert {path for path, _, _ in sent.posts} <= {"/v1/logs", "/v1/metrics", "/v1/traces"}
    assert all(headers["authorization"] == f"Bearer {TOKEN}" for _, headers, _ in sent.posts)
    assert {one[0] for one in sent.events} == {agent.name}
    assert (name, prompts, calls, failed) == (agent.name, 1, 2, 1)
    assert model != "unknown"
    assert (tokens_in, tokens_out) == (30, 15)
    assert sum(one.counts.get("refused", 0) for one in sent.taken) == 0
    assert sum(one.counts.get("unknown", 0) for one in logs) == 0
    assert sum(one.counts.get("stored", 0) for one in sent.taken[half:]) == 0
    assert SAID.encode() not in sent.stored
    assert b"jam.txt" not in sent.stored

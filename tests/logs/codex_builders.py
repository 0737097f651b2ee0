"""Invented Codex rollouts: ``a_rollout().prompt("fix it").runs("ls", "a.py").patches(...)``, a second a record."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid5

NAMESPACE = UUID("6a0fbd61-6b37-4bfb-8c1f-6a2d7a1f0c66")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Rollout:
    """A session's records."""

    def __init__(self, seed: str, cwd: str, **meta: Any) -> None:
        self.seed = seed
        self.cwd = cwd
        self.at = START
        self.records: list[dict[str, Any]] = []
        self.totals = [0, 0, 0]
        self._count = 0
        self.id = str(uuid5(NAMESPACE, seed))
        self.meta(id=self.id, **meta)

    def time(self) -> str:
        """One second later."""
        self.at += timedelta(seconds=1)
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def native_id(self) -> str:
        """The next id of a call as the API makes them."""
        self._count += 1
        return f"call_{uuid5(NAMESPACE, f'{self.seed} {self._count}').hex[:24]}"

    def add(self, kind: str, **payload: Any) -> Self:
        """A record."""
        self.records.append({"timestamp": self.time(), "type": kind, "payload": payload})
        return self

    def item(self, **payload: Any) -> Self:
        """What the model saw."""
        return self.add("response_item", **payload)

    def event(self, kind: str, **payload: Any) -> Self:
        """What the user saw."""
        return self.add("event_msg", type=kind, **payload)

    def meta(self, **fields: Any) -> Self:
        """A session's head."""
        told = {
            "timestamp": self.time(),
            "cwd": self.cwd,
            "originator": "codex-tui",
            "cli_version": "0.142.2",
            "source": "cli",
            "git": {"branch": "main"},
        }
        return self.add("session_meta", **(told | fields))

    def context(self, model: str = "gpt-5.4") -> Self:
        """What holds for the next turn."""
        return self.add("turn_context", turn_id="t", cwd=self.cwd, model=model)

    def prompt(self, text: str, *before: str) -> Self:
        """Words of the user's side, logged twice."""
        blocks = [{"type": "input_text", "text": part} for part in (*before, text)]
        self.item(type="message", role="user", content=blocks)
        return self.event("user_message", message=text, images=[])

    def says(self, text: str) -> Self:
        """Words of the model, logged twice."""
        self.event("agent_message", message=text, phase="final")
        return self.item(type="message", role="assistant", content=[{"type": "output_text", "text": text}])

    def thinks(self, text: str) -> Self:
        """A summary of its thinking, logged twice."""
        self.event("agent_reasoning", text=text)
        return self.item(type="reasoning", summary=[{"type": "summary_text", "text": text}], content=None)

    def calls(self, tool: str, output: Any, **given: Any) -> Self:
        """A function and what it gave back."""
        native = self.native_id()
        self.item(type="function_call", name=tool, arguments=json.dumps(given), call_id=native)
        return self.item(type="function_call_output", call_id=native, output=output)

    def runs(self, command: str, text: str, code: int = 0) -> Self:
        """A command, its output with the usual head."""
        head = (
            f"Chunk ID: a4db35\nWall time: 0.2500 seconds\nProcess exited with code {code}\nOriginal token count: 1\n"
        )
        return self.calls("exec_command", f"{head}Output:\n{text}", cmd=command, workdir=self.cwd)

    def patches(self, *lines: str, output: str = "", changes: dict[str, Any] | None = None) -> Self:
        """A patch; with ``changes`` its places are told too."""
        native = self.native_id()
        patch = "\n".join(["*** Begin Patch", *lines, "*** End Patch"])
        self.item(type="custom_tool_call", name="apply_patch", status="completed", call_id=native, input=patch)
        if changes is not None:
            self.event("patch_apply_end", call_id=native, success=True, changes=changes, status="completed")
        done = {
            "output": "Success. Updated the following files:\n",
            "metadata": {"exit_code": 0, "duration_seconds": 0.1},
        }
        return self.item(type="custom_tool_call_output", call_id=native, output=output or json.dumps(done))

    def uses(self, taken: int, cached: int, output: int, *, again: bool = False) -> Self:
        """Tokens of a message; ``again``: the same count is logged once more."""
        if not again:
            self.totals = [self.totals[0] + taken, self.totals[1] + cached, self.totals[2] + output]
        keys = ("input_tokens", "cached_input_tokens", "output_tokens")
        total, last = dict(zip(keys, self.totals, strict=True)), dict(zip(keys, (taken, cached, output), strict=True))
        return self.event("token_count", info={"total_token_usage": total, "last_token_usage": last})

    def fork(self, seed: str, **meta: Any) -> "Rollout":
        """Another session that repeats this one with new times."""
        other = Rollout(seed, self.cwd, forked_from_id=self.id, **meta)
        for record in self.records:
            other.add(record["type"], **record["payload"])
        other.totals = list(self.totals)
        return other

    def lines(self) -> list[bytes]:
        """The log's lines, without newlines."""
        return [line(record) for record in self.records]

    def write(self, path: Path) -> Path:
        """The log as a file."""
        path.write_bytes(b"".join(text + b"\n" for text in self.lines()))
        return path


def line(record: object) -> bytes:
    """One line as the agent writes it."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def a_rollout(seed: str = "one", cwd: str = "/home/dev/shop", **meta: Any) -> Rollout:
    """A session with its head only."""
    return Rollout(seed, cwd, **meta)

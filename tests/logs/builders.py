"""Invented Claude Code logs: ``a_session().prompt("fix it").reads("a.py", "x = 1").edits("a.py", "1", "2")``.

Every step adds records as the agent writes them, each a child of the one before, a second later. Ids are made from the
seed and a counter, so that a log is the same each time it is built.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid5

NAMESPACE = UUID("6a0fbd61-6b37-4bfb-8c1f-6a2d7a1f0c55")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ARROW = "\u2192"


class Log:
    """A session's records."""

    def __init__(self, seed: str, cwd: str, version: str) -> None:
        self.seed = seed
        self.session_id = str(uuid5(NAMESPACE, f"session {seed}"))
        self.records: list[dict[str, Any]] = []
        self.cwd = cwd
        self.version = version
        self.at = START
        self.parent: str | None = None
        self.last_call = ""
        self.agent: str | None = None
        self._count = 0

    def uuid(self) -> str:
        """The next uuid."""
        self._count += 1
        return str(uuid5(NAMESPACE, f"{self.seed} {self._count}"))

    def native_id(self, start: str) -> str:
        """The next id as the API makes them: ``toolu_...``, ``msg_...``."""
        return f"{start}_01{self.uuid().replace('-', '')[:22]}"

    def time(self) -> str:
        """One second later."""
        self.at += timedelta(seconds=1)
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def envelope(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A record of the chain, not yet added."""
        record = {
            "parentUuid": self.parent,
            "isSidechain": self.agent is not None,
            "userType": "external",
            "cwd": self.cwd,
            "sessionId": self.session_id,
            "version": self.version,
            "gitBranch": "main",
            "type": kind,
            "uuid": self.uuid(),
            "timestamp": self.time(),
        }
        if self.agent:
            record["agentId"] = self.agent
        return record | fields

    def add(self, record: dict[str, Any]) -> Self:
        """Add a record; the next one is its child."""
        self.records.append(record)
        self.parent = record.get("uuid", self.parent)
        return self

    def raw(self, **record: Any) -> Self:
        """Add a record as it stands."""
        self.records.append(record)
        return self

    def user(self, content: Any, **fields: Any) -> Self:
        """A record of the user's side."""
        return self.add(self.envelope("user", message={"role": "user", "content": content}, **fields))

    def assistant(self, *blocks: dict[str, Any], message_id: str | None = None, **usage: int) -> Self:
        """One message of the model, one record a block, its usage growing as it is written."""
        message_id = message_id or self.native_id("msg")
        for number, block in enumerate(blocks, 1):
            tokens = {"input_tokens": 10, "output_tokens": number * 7, "cache_read_input_tokens": 100} | usage
            message = {
                "id": message_id,
                "type": "message",
                "role": "assistant",
                "model": "claude-sonnet-4-5",
                "content": [block],
                "stop_reason": None,
                "usage": tokens,
            }
            self.add(self.envelope("assistant", message=message, requestId=f"req_{message_id[4:]}"))
        return self

    def prompt(self, text: str, **fields: Any) -> Self:
        """Words of a person."""
        return self.user(text, **fields)

    def says(self, text: str) -> Self:
        """Words of the model."""
        return self.assistant({"type": "text", "text": text})

    def thinks(self, text: str) -> Self:
        """Visible thinking of the model."""
        return self.assistant({"type": "thinking", "thinking": text, "signature": "c2lnbmF0dXJl"})

    def calls(self, tool: str, **given: Any) -> Self:
        """A tool call without its result."""
        self.last_call = self.native_id("toolu")
        return self.assistant({"type": "tool_use", "id": self.last_call, "name": tool, "input": given})

    def result(self, content: Any, structured: Any = None, *, is_error: bool | None = None, **fields: Any) -> Self:
        """The result of the last call."""
        block: dict[str, Any] = {"type": "tool_result", "tool_use_id": self.last_call, "content": content}
        if is_error is not None:
            block["is_error"] = is_error
        if structured is not None:
            fields["toolUseResult"] = structured
        return self.user([block], **fields)

    def path(self, name: str) -> str:
        """The absolute path of a file of the project."""
        return name if name.startswith("/") or name[1:2] == ":" else f"{self.cwd}/{name}"

    def reads(self, name: str, text: str) -> Self:
        """A successful read of a whole file."""
        lines = text.split("\n")
        numbered = "\n".join(f"{number:6}{ARROW}{line}" for number, line in enumerate(lines, 1))
        file = {"filePath": self.path(name), "content": text, "numLines": len(lines), "startLine": 1}
        return self.calls("Read", file_path=self.path(name)).result(
            f"{numbered}\n\n<system-reminder>\nBe careful.\n</system-reminder>\n",
            {"type": "text", "file": file | {"totalLines": len(lines)}},
        )

    def edits(self, name: str, old: str, new: str, *, original: str | None = None, **structured: Any) -> Self:
        """A successful edit of whole lines; without ``original`` the log does not tell the text before."""
        path = self.path(name)
        start = 1 if original is None else original[: original.index(old)].count("\n") + 1
        changed = [f"-{line}" for line in old.split("\n")] + [f"+{line}" for line in new.split("\n")]
        hunk = {"oldStart": start, "oldLines": 1, "newStart": start, "newLines": 1, "lines": changed}
        told = {
            "filePath": path,
            "oldString": old,
            "newString": new,
            "originalFile": original,
            "structuredPatch": [hunk],
            "userModified": False,
            "replaceAll": False,
        }
        return self.calls("Edit", file_path=path, old_string=old, new_string=new).result(
            f"The file {path} has been updated.", told | structured
        )

    def writes(self, name: str, text: str) -> Self:
        """A new file."""
        path = self.path(name)
        told: dict[str, Any] = {
            "type": "create",
            "filePath": path,
            "content": text,
            "structuredPatch": [],
            "originalFile": None,
        }
        return self.calls("Write", file_path=path, content=text).result(f"File created successfully at: {path}", told)

    def runs(self, command: str, stdout: str = "", **structured: Any) -> Self:
        """A successful command."""
        told = {"stdout": stdout, "stderr": "", "interrupted": False, "isImage": False}
        return self.calls("Bash", command=command, description="Run it").result(
            stdout, told | structured, is_error=False
        )

    def fails(self, tool: str, message: str, **given: Any) -> Self:
        """A call that fails."""
        return self.calls(tool, **given).result(message, f"Error: {message}", is_error=True)

    def rejects(self, words: str | None = None, tool: str = "Edit") -> Self:
        """The user refuses an edit, sends a plan back or puts a question aside, perhaps with words."""
        text = "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file "
        text += "edit, the new_string was NOT written to the file)."
        text += (
            f" To tell you how to proceed, the user said:\n{words}" if words else " STOP what you are doing and wait."
        )
        given = {"file_path": self.path("a.py"), "old_string": "1", "new_string": "2"} if tool == "Edit" else {}
        self.calls(tool, **given)
        return self.result(text, "User rejected tool use", is_error=True)

    def queues(self, text: str) -> Self:
        """Words typed while the agent works."""
        return self.raw(
            type="queue-operation", operation="enqueue", timestamp=self.time(), sessionId=self.session_id, content=text
        )

    def system(self, subtype: str, **fields: Any) -> Self:
        """A line of the client."""
        return self.add(self.envelope("system", subtype=subtype, **fields))

    def attaches(self, kind: str, **fields: Any) -> Self:
        """An attachment."""
        return self.add(self.envelope("attachment", attachment={"type": kind} | fields))

    def back_to(self, parent: str | None) -> Self:
        """Go on from an earlier record."""
        self.parent = parent
        return self

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


def a_session(seed: str = "one", cwd: str = "/home/dev/shop", version: str = "2.1.50") -> Log:
    """An empty session."""
    return Log(seed, cwd, version)


def a_subagent(parent: Log, agent: str = "a1b2c3d") -> Log:
    """An empty subagent's log of a session."""
    log = Log(f"{parent.seed} {agent}", parent.cwd, parent.version)
    log.session_id, log.agent = parent.session_id, agent
    return log


def embedded(log: Log, parent: Log) -> Log:
    """The parent's log with the subagent's dialogue inside, as versions 2.1.12 to 2.1.81 wrote it."""
    for record in log.records:
        inner = {key: record[key] for key in ("type", "message", "uuid", "timestamp", "requestId") if key in record}
        data: dict[str, Any] = {
            "type": "agent_progress",
            "agentId": log.agent,
            "prompt": "",
            "message": inner,
            "normalizedMessages": [],
        }
        parent.add(parent.envelope("progress", data=data, toolUseID="agent_msg_1", parentToolUseID=parent.last_call))
    return parent

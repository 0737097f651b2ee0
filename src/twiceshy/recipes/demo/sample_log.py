"""One session of the sample, written as Claude Code writes its logs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

_VERSION: Final = "2.1.61"
_REJECTED: Final = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the "
    "new_string was NOT written to the file). "
)
INTERRUPTED: Final = "[Request interrupted by user for tool use]"
_Record = dict[str, Any]


class SessionLog:
    """Records of one dialogue, each linked to the one before, on a clock that only this session has."""

    def __init__(self, rng: Random, cwd: str, at: datetime, model: str, agent: str | None = None) -> None:
        self.rng = rng
        self.cwd = cwd
        self.at = at
        self.model = model
        self.agent = agent
        self.id = self.uuid()
        self.parent: str | None = None
        self.lines: list[str] = []
        self.context = 12_000
        """Tokens that the model has read or written by now, and reads again from the cache."""
        self.new = 1_800
        """Tokens that came in since the last request: at first the project's own instructions."""

    def uuid(self) -> str:
        """Return a new id in the form of a version 4 UUID."""
        text = f"{self.rng.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def token(self, prefix: str) -> str:
        """Return an id in the form that the model's service uses."""
        return f"{prefix}_01{self.rng.getrandbits(88):022x}"

    def wait(self, low_s: float, high_s: float) -> None:
        """Let a random time between these bounds pass."""
        self.at += timedelta(seconds=self.rng.uniform(low_s, high_s))

    def stamp(self) -> str:
        """Return the time as the agent writes it."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.at.microsecond // 1000:03d}Z"

    def line(self, record: Mapping[str, Any]) -> None:
        """Write a line as it is."""
        self.lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))

    def record(self, kind: str, **fields: Any) -> str:
        """Write a line with its envelope; return its id."""
        uuid = self.uuid()
        envelope: _Record = {
            "parentUuid": self.parent,
            "isSidechain": self.agent is not None,
            "userType": "external",
            "cwd": self.cwd,
            "sessionId": self.id,
            "version": _VERSION,
            "gitBranch": "main",
            "type": kind,
        }
        if self.agent is not None:
            envelope["agentId"] = self.agent
        self.line({**envelope, **fields, "uuid": uuid, "timestamp": self.stamp()})
        self.parent = uuid
        return uuid

    def prompt(self, text: str, **fields: Any) -> None:
        """Write the user's turn."""
        self.wait(5, 90)
        self.new += len(text) // 4
        self.record("user", message={"role": "user", "content": text}, **fields)

    def say(self, text: str) -> None:
        """Write an answer of the model."""
        self.message({"type": "text", "text": text}, "end_turn")

    def message(self, block: _Record, stop: str | None = "tool_use") -> None:
        """Write one block of the model's output, with the tokens that it took."""
        self.wait(2, 14)
        output = len(json.dumps(block)) // 4 + self.rng.randint(8, 60)
        thought = self.rng.randint(300, 2500) // 10  # paid as output, and neither in the log nor sent again
        message = {
            "model": self.model,
            "id": self.token("msg"),
            "type": "message",
            "role": "assistant",
            "content": [block],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {
                "input_tokens": self.rng.randint(3, 12),
                "cache_creation_input_tokens": self.new,
                "cache_read_input_tokens": self.context,
                "output_tokens": output + thought,
                "service_tier": "standard",
            },
        }
        self.context += self.new
        self.new = output
        self.record("assistant", message=message, requestId=self.token("req"))

    def call(self, tool: str, **words: Any) -> str:
        """Write the model's call of a tool; return the call's id."""
        call = self.token("toolu")
        self.message({"type": "tool_use", "id": call, "name": tool, "input": words})
        return call

    def result(self, call: str, text: str, told: Any, *, seconds: tuple[float, float] = (0.05, 0.6)) -> None:
        """Write the result of a call; ``told`` is the client's own record of it."""
        self.wait(*seconds)
        self.new += len(text) // 4
        block: _Record = {"tool_use_id": call, "type": "tool_result", "content": text}
        if isinstance(told, str):
            block["is_error"] = True
        self.record("user", message={"role": "user", "content": [block]}, toolUseResult=told)

    def refuse(self, call: str, words: str | None) -> None:
        """Let the user refuse the call, with words or without."""
        said = (
            f"To tell you how to proceed, the user said:\n{words}"
            if words
            else "STOP what you are doing and wait for the user to tell you how to proceed."
        )
        self.result(call, _REJECTED + said, f"Error: {_REJECTED}{said}", seconds=(6, 40))
        if not words:
            self.interrupt()

    def interrupt(self) -> None:
        """Let the user stop the model."""
        self.record("user", message={"role": "user", "content": [{"type": "text", "text": INTERRUPTED}]})

    def run(
        self, command: str, output: str, *, status: int = 0, seconds: tuple[float, float] = (0.3, 3), **more: Any
    ) -> None:
        """Write a command and what it printed."""
        call = self.call("Bash", command=command, description=command.partition("|")[0].strip().capitalize()[:50])
        if status:
            text = f"Exit code {status}\n{output}"
            self.result(call, text, f"Error: {text}", seconds=seconds)
        else:
            told = {"stdout": output, "stderr": "", "interrupted": False, "isImage": False, **more}
            self.result(call, output, told, seconds=seconds)

    def read(self, path: str, text: str) -> None:
        """Write a read of a whole file."""
        call = self.call("Read", file_path=f"{self.cwd}/{path}")
        rows = text.split("\n")
        shown = "\n".join(f"{number:6}→{row}" for number, row in enumerate(rows, 1))
        file = {"filePath": f"{self.cwd}/{path}", "content": text, "numLines": len(rows), "startLine": 1}
        self.result(call, shown, {"type": "text", "file": {**file, "totalLines": len(rows)}})

    def grep(self, word: str, files: list[str]) -> None:
        """Write a search by name."""
        call = self.call("Grep", pattern=word, output_mode="files_with_matches")
        text = "\n".join([f"Found {len(files)} files", *files]) if files else "No files found"
        self.result(call, text, {"mode": "files_with_matches", "filenames": files, "numFiles": len(files)})

    def edit(self, path: str, before: str, old: str, new: str) -> str:
        """Write a successful edit of whole lines; return the file's text after it."""
        file = f"{self.cwd}/{path}"
        call = self.call("Edit", file_path=file, old_string=old, new_string=new)
        told = {
            "filePath": file,
            "oldString": old,
            "newString": new,
            "originalFile": before,
            "structuredPatch": [build_patch(before, old, new)],
            "userModified": False,
            "replaceAll": False,
        }
        self.result(call, f"The file {file} has been updated successfully.", told)
        return before.replace(old, new, 1)


def build_patch(before: str, old: str, new: str) -> _Record:
    """Return the one hunk that replaces the lines of ``old`` with those of ``new``, with three lines around."""
    rows = before.split("\n")
    first = before[: before.index(old)].count("\n")
    minus, plus = old.split("\n"), new.split("\n")
    above = rows[max(0, first - 3) : first]
    below = rows[first + len(minus) : first + len(minus) + 3]
    start = first - len(above) + 1
    around = len(above) + len(below)
    return {
        "oldStart": start,
        "oldLines": len(minus) + around,
        "newStart": start,
        "newLines": len(plus) + around,
        "lines": [f" {row}" for row in above]
        + [f"-{row}" for row in minus]
        + [f"+{row}" for row in plus]
        + [f" {row}" for row in below],
    }


# What goes wrong in the sample for a reason that stands outside of its code.
#
# A program that is not there, a type check whose failure a pipe hides, a server that cannot be reached. Each is a habit
# that comes again in session after session, as such troubles do until somebody puts them right. They have chances of
# their own, so that what the rest of the sample holds does not hang on them.

_NOT_INSTALLED: Final = {"infra": "tox -q"}
"""Of a project the program that the model knows from elsewhere, and that nobody installed here."""
_HABIT: Final = 0.8
"""Share of sessions in which the model types it first (guess, 2026-11-22)."""
_TYPE_CHECKS: Final = {"web-shop": "npm run typecheck 2>&1 | tail -5"}
_WRONG_TYPES: Final = 0.45
"""Share of type checks that find something (guess, 2026-11-22)."""
_LOOKS: Final = 0.35
"""Share of those after which the model looks at the file at least (guess, 2026-11-22)."""
_OFFLINE: Final = 0.45
"""Share of pushes for which the server cannot be reached (guess, 2026-11-22)."""
_OFFLINE_STILL: Final = 0.85
"""Share of pushes tried again at once for which it still cannot (guess, 2026-11-22)."""


@contextmanager
def _draw_apart(log: SessionLog, what: str) -> Iterator[Random]:
    """Let the log draw from numbers that only this trouble has, the same for the same session."""
    shared = log.rng
    log.rng = Random(f"{what} {log.id}")  # noqa: S311  # invented, and the same everywhere
    try:
        yield log.rng
    finally:
        log.rng = shared


def type_what_is_missing(log: SessionLog, project: str) -> None:
    """Let the model run the tests with a program that is not installed."""
    command = _NOT_INSTALLED.get(project)
    with _draw_apart(log, "missing program") as rng:
        if command is not None and rng.random() < _HABIT:
            program = command.partition(" ")[0]
            log.run(command, f"/bin/bash: line 1: {program}: command not found", status=127)


def check_types(log: SessionLog, project: str, path: str, text: str) -> None:
    """Let the model check the types of a file with this text behind a pipe, which reports a failure as success."""
    command = _TYPE_CHECKS.get(project)
    with _draw_apart(log, "type check") as rng:
        if command is None:
            return
        row = rng.randint(12, 90)
        said = "Argument of type 'number | null' is not assignable to parameter of type 'number'."
        wrong = rng.random() < _WRONG_TYPES
        found = f"{path}({row},9): error TS2345: {said}\n\nFound 1 error in {path}:{row}" if wrong else ""
        log.run(command, f"> {project}@2.4.0 typecheck\n> tsc --noEmit\n\n{found}", seconds=(8, 25))
        if wrong and rng.random() < _LOOKS:
            log.read(path, text)


def push(log: SessionLog, project: str) -> None:
    """Let the model push what it committed; where the server cannot be reached, it tries again at once."""
    server = f"https://git.shop.example/{project}.git"
    with _draw_apart(log, "push") as rng:
        away = rng.random() < _OFFLINE
        tries = 1
        while away and tries <= 3:  # a model gives up then
            text = f"fatal: unable to access '{server}/': Could not resolve host: git.shop.example"
            log.run("git push origin main", text, status=128, seconds=(15, 40))
            away, tries = rng.random() < _OFFLINE_STILL, tries + 1
        if not away:
            log.run("git push origin main", f"To {server}\n   main -> main", seconds=(2, 5))

"""The calls of a program's tools: as notes, as a story of failures and retries, and as evidence for patterns.

A note is one line of JSON: ``t`` seconds since 1970, ``s`` the program's run, ``i`` the call's number in it, ``p``
the project's name, ``tool``, and either ``failed`` with ``params`` or ``worked`` with ``after``, ``failed`` and
``of``, the number of the failed call. A program's run stands for a session.
"""

import json
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.patterns import add_success, format_time
from twiceshy.lessons.seed_api import CallRetry, UsagePatternLearner, UsagePatternStorage
from twiceshy.records.stories import Moment, Step, Story

AGENT = "program"
"""As whose a program's calls are noted, where agents have their names."""
_RETRY_S = 600.0
"""Seconds after a failure in which a success of the same tool counts as its retry (guess of 2026-11-21)."""
_LONGEST_KEPT = 200
"""Characters of an input that worked which are remembered (guess of 2026-11-22)."""
_Note = dict[str, Any]
Value = TypeVar("Value")


class EndedCall(NamedTuple):
    """A call that has ended."""

    tool: str
    params: Mapping[str, object]
    message: str | None
    """What it failed with; None where it worked."""
    warned: tuple[str, ...]
    """Patterns that were warned of before it."""
    at: float
    before: "EndedCall | None" = None
    """The failure that it is the retry of."""
    between: tuple[tuple[str, Mapping[str, object]], ...] = ()
    """Tools and inputs of the calls that worked from that failure on."""
    earlier: tuple[str, ...] = ()
    """Tools of the last calls that worked before it."""
    prevented: tuple[str, ...] = ()
    """Patterns for which another call of the tool was refused before it."""
    number: int = 0
    """Of the call, in this program."""


class ProgramRun(NamedTuple):
    """A program's run: its id, the redacted name of its project, how a text of it is redacted, and whose it is."""

    id: str
    project: str
    redact: Callable[[str], str]
    user: str = ""
    """A pseudonym."""


def make_note(noted: EndedCall, run: ProgramRun) -> _Note | None:
    """Return the note of a call; None for a success that is no retry."""
    head: _Note = {"t": int(noted.at), "s": run.id, "i": noted.number, "p": run.project, "tool": noted.tool}
    if noted.message is not None:
        return head | {"failed": run.redact(noted.message), "params": redact_params(noted.params, run.redact)}
    before = noted.before
    if before is None or not _is_retry(noted):
        return None
    return head | {
        "worked": redact_params(noted.params, run.redact),
        "of": before.number,
        "after": redact_params(before.params, run.redact),
        "failed": run.redact(before.message or ""),
    }


def _is_retry(noted: EndedCall) -> bool:
    """Tell whether the call came soon enough after the failure that it is noted with."""
    return noted.before is not None and noted.at - noted.before.at <= _RETRY_S


def redact_params(params: Mapping[str, object], redact: Callable[[str], str]) -> dict[str, Any]:
    """Return the inputs with their texts redacted, leaving out what is no plain value."""
    return {
        str(name): redact(value) if isinstance(value, str) else value
        for name, value in params.items()
        if value is None or isinstance(value, str | int | float | bool)
    }


def grow_patterns(
    storage: UsagePatternStorage, noted: EndedCall, run: ProgramRun, worked: Sequence[Mapping[str, object]] = ()
) -> None:
    """Update the patterns with the call; leave a damaged file of patterns as it is.

    ``worked``: inputs of calls of the same tool that worked.
    """
    learner, params = UsagePatternLearner(storage), redact_params(noted.params, run.redact)
    about: dict[str, Any] = {"user": run.user, "previous_tools": noted.earlier}
    if noted.message is None:
        _finish(learner.note_success(noted.tool, params, about | {"prevented": noted.prevented}))
        if _is_retry(noted) and noted.before is not None:
            failed, between = redact_params(noted.before.params, run.redact), _redact_calls(noted.between, run)
            message = run.redact(noted.before.message or "")
            _finish(learner.note_retry(noted.tool, failed, message, CallRetry(params, between)))
        return
    message = run.redact(noted.message)
    about |= {"failed": True, "warned": noted.warned, "successes": worked}
    pattern = _finish(learner.analyze_result(noted.tool, params, message, about))
    if pattern is not None and run.project not in (places := list(pattern.get("projects", ()))):
        storage.update_pattern(pattern["id"], {"projects": [*places, run.project]})


def _redact_calls(calls: Sequence[tuple[str, Mapping[str, object]]], run: ProgramRun) -> list[tuple[str, _Note]]:
    """Return calls with redacted inputs."""
    return [(tool, redact_params(params, run.redact)) for tool, params in calls]


def _finish(work: Coroutine[Any, Any, Value]) -> Value:
    """Run a coroutine that never waits, and return its result.

    Raises:
        RuntimeError: it waits for something.
    """
    try:
        work.send(None)
    except StopIteration as done:
        value: Value = done.value
        return value
    work.close()
    raise RuntimeError("it waits for something")


class PatternSnapshot(UsagePatternStorage):
    """The patterns as last read, so that a check takes microseconds and never reads a long file."""

    def __init__(self, path: Path) -> None:
        """Create a snapshot of the file's patterns without reading it yet."""
        super().__init__(path)
        self.stamp: tuple[int, int] | None = None
        self._by_tool: dict[str, list[dict[str, Any]]] = {}

    def read_stamp(self) -> tuple[int, int] | None:
        """Return the file's modification time and size, which tell whether it changed; None if there is no file."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size)

    def refresh(self) -> None:
        """Read the patterns that the file holds now.

        Raises:
            ValueError: the file is damaged; the patterns read before stay in use.
        """
        stamp = self.read_stamp()
        by_tool: dict[str, list[dict[str, Any]]] = {}
        for one in sorted(self.load(), key=lambda one: -float(one["confidence"])):
            by_tool.setdefault(str(one["tool"]), []).append(one)
        self._by_tool, self.stamp = by_tool, stamp

    def get_patterns_for_tool(self, tool: str, min_confidence: float = 0.0) -> list[dict[str, Any]]:
        """Return a tool's patterns as last read, highest confidence first."""
        return [one for one in self._by_tool.get(tool, ()) if one["confidence"] >= min_confidence]

    def learns_from(self, tool: str, params: Mapping[str, object], earlier: Sequence[str]) -> bool:
        """Tell whether a call that worked says anything new of the tool's patterns; mostly it does not."""
        return any(add_success(one, params, earlier) != one for one in self._by_tool.get(tool, ()))


def group_into_stories(notes: Sequence[_Note], project_of: Callable[[str], Scrubbed]) -> Iterator[Story]:
    """Yield one story for each run in the notes.

    Notes that the user had forgotten are never among them, because they were folded before.
    """
    by_run: dict[tuple[str, str], list[_Note]] = {}
    for note in notes:
        by_run.setdefault((str(note.get("s", "")), str(note.get("p", ""))), []).append(note)
    for (run, project), mine in by_run.items():
        session = _session_of(run, project)
        at = datetime.fromtimestamp(float(mine[0].get("t", 0)), UTC)
        yield Story(
            session=session,
            agent=AGENT,
            project=project_of(project),
            project_name=project,
            cwd=None,
            model="",
            first_at=at,
            last_at=at,
            real=True,
            moments=tuple(_list_moments(session, mine)),
        )


def _session_of(run: str, project: str) -> bytes:
    """Return the session id that stands for a program's run."""
    return blake2b(f"session\0{AGENT}\0{run}\0{project}".encode(), digest_size=16).digest()


def _list_moments(session: bytes, notes: Sequence[_Note]) -> Iterator[Moment]:
    """Yield failed calls and retries in order; if a retry's failed call was folded before, yield that too."""
    told = {str(note.get("i")) for note in notes if "params" in note}
    for note in notes:
        if "params" in note:
            yield _to_moment(session, note, str(note.get("i")), note["params"], str(note.get("failed", "")))
        elif "worked" in note:
            if str(note.get("of")) not in told:
                yield _to_moment(session, note, str(note.get("of")), note.get("after"), str(note.get("failed", "")))
            yield _to_moment(session, note, str(note.get("i")), note["worked"], None)


def _to_moment(session: bytes, note: _Note, number: str, params: object, failed: str | None) -> Moment:
    """Return one call as a moment of a story."""
    at = float(note.get("t", 0))
    step = Step(
        kind="call",
        uid=blake2b(session + number.encode(), digest_size=16).digest(),
        run=None,
        at=at,
        done_at=at,
        name=str(note["tool"]),
        action="other",
        failure=None if failed is None else "error",
        message=failed,
    )
    return Moment(step, text=failed or "", input=json.dumps(params if isinstance(params, dict) else {}))


def shorten_params(params: Mapping[str, object]) -> dict[str, object]:
    """Return the plain inputs of a call, cut, so that nothing of the program is held for long."""
    return {
        name: value[:_LONGEST_KEPT] if isinstance(value, str) else value
        for name, value in params.items()
        if isinstance(value, str | int | float | bool)
    }


def may_be_seen_in(
    pattern: dict[str, Any], names: Collection[str] | None, since: datetime | None, until: datetime | None
) -> bool:
    """Tell whether a pattern may have been seen there and then; one that does not record it counts as seen."""
    places = pattern.get("projects")
    if names is not None and isinstance(places, list) and not set(map(str, places)) & set(names):
        return False
    first, last = str(pattern.get("first_seen", "")), str(pattern.get("last_seen", ""))
    before = until is not None and first >= format_time(until)
    return not (before or (since is not None and last < format_time(since)))

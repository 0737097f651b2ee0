"""What a fact says, in one sentence of our words and quoted names only; what holds an odd name is not said at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from twiceshy.base.values import Quoted
from twiceshy.records.ids import FACT, shorten
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind
from twiceshy.stats.text.foreign_names import quote_command, quote_name

_DOES = {
    ProjectFactKind.TEST: "Tests run with",
    ProjectFactKind.LINT: "Lint runs with",
    ProjectFactKind.BUILD: "The build runs with",
    ProjectFactKind.TYPES: "Types are checked with",
    ProjectFactKind.FORMAT: "Code is formatted with",
    ProjectFactKind.RUN: "It is started with",
}


_DOES_PART = {
    ProjectFactKind.TEST: "Part of the tests runs with",
    ProjectFactKind.LINT: "Single files are checked with",
    ProjectFactKind.FORMAT: "Single files are formatted with",
}
"""Of a tool that was only called for some files: it is not how all of the project is built or its types are checked."""
PARTS = frozenset(_DOES_PART)
"""Kinds of which such a call is worth a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFactDraft:
    """A fact before its words: names are still as the log has them."""

    kind: ProjectFactKind
    key: str
    command: str = ""
    folder: str = ""
    n: int
    runs: int = 0
    """Of what is called: calls that began its work."""
    green: int = 0
    red: int = 0
    part: bool = False
    """It was only called for some files or tests."""
    sessions: int
    median_s: float | None = None
    cases: tuple[tuple[bytes, float | None], ...]
    """Calls that are counted, with their times; newest first."""
    proof: bytes
    proof_at: float | None
    say: Callable[["ProjectFactDraft"], str]
    """Makes the sentence; empty where a name in it is odd."""


def say_called(draft: ProjectFactDraft) -> str:
    """Return how something is called here, for all of the project or for some files; empty where a name is odd."""
    command, folder = quote_command(draft.command), quote_name(draft.folder)
    if not command or (draft.folder and not folder):
        return ""
    does = (_DOES_PART if draft.part else _DOES)[draft.kind]
    return f"{does} {command}{f' in {folder}' if folder else ''}."


def make_fact(draft: ProjectFactDraft, identity: str, name: str) -> ProjectFact | None:
    """Return the fact with its words; None where a name in it must not be shown."""
    says = draft.say(draft)
    if not says:
        return None
    digest = sha256(f"{identity}\0{draft.kind}\0{draft.key}".encode()).digest()
    return ProjectFact(
        id=shorten(FACT, digest),
        kind=draft.kind,
        key=draft.key,
        project=name,
        project_identity=identity,
        says=says,
        command=quote_command(draft.command) if draft.command else Quoted(""),
        folder=quote_name(draft.folder) if draft.folder else Quoted(""),
        n=draft.n,
        runs=draft.runs,
        green=draft.green,
        red=draft.red,
        part=draft.part,
        sessions=draft.sessions,
        median_s=draft.median_s,
        last_at=datetime.fromtimestamp(draft.proof_at, UTC) if draft.proof_at is not None else None,
        last_call=draft.proof,
        cases=tuple(call for call, _ in draft.cases),
    )

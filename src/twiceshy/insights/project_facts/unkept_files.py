"""Which files are not to be edited by hand? Those of which nearly every edit was taken back.

A generator, a formatter or the user put back what was there, again and again. Edits of other files of the project are
no measure here: on most files nothing is taken back at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.insights.project_facts.fact_words import ProjectFactDraft
from twiceshy.records.attempts import AttemptEnd, SessionAttempts
from twiceshy.records.outcomes import CallFates
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.stats.text.foreign_names import quote_name

_FEWEST_BACK, _FEWEST_SESSIONS = 3, 2
"""Edits that were taken back, and their sessions. Guess of 2026-11-22: less may be one change of mind."""
_LEAST_SHARE = 0.8
"""Share of the edits that were taken back. Guess of 2026-11-22: "nearly every"."""
_EDITS = frozenset({"edit", "write"})


class _FileEdit(NamedTuple):
    """One edit of a file."""

    call: bytes
    at: float | None
    session: bytes
    back: bool


def find_unkept_files(
    sessions: Iterable[SessionAttempts], fates: Mapping[bytes, CallFates]
) -> Iterator[ProjectFactDraft]:
    """Yield a draft for each file whose edits do not stay; ``fates`` are by session."""
    files: dict[str, list[_FileEdit]] = {}
    for session in sessions:
        for path, edit in _list_edits(session, fates):
            files.setdefault(path, []).append(edit)
    for path, edits in files.items():
        back = [edit for edit in edits if edit.back]
        often = len(back) >= _FEWEST_BACK and len({edit.session for edit in back}) >= _FEWEST_SESSIONS
        if often and len(back) >= _LEAST_SHARE * len(edits):
            yield _draft(path, edits, back)


def _list_edits(session: SessionAttempts, fates: Mapping[bytes, CallFates]) -> Iterator[tuple[str, _FileEdit]]:
    """Yield each edit of a file of the project in one session, with the file."""
    gone = fates[session.session].rolled_back if session.session in fates else frozenset[bytes]()
    for one in session.attempts:
        inside = one.path and not one.path.startswith(("/", "~", ".."))
        if inside and one.action in _EDITS and one.end is AttemptEnd.WORKED:
            yield one.path, _FileEdit(one.uid, one.at, session.session, one.uid in gone)


def _draft(path: str, edits: Sequence[_FileEdit], back: Sequence[_FileEdit]) -> ProjectFactDraft:
    """Return the fact of one file."""
    newest = sorted(back, key=lambda edit: edit.at or 0.0, reverse=True)

    def say(draft: ProjectFactDraft) -> str:
        name = quote_name(draft.key)
        return f"Never edit {name} by hand: {len(back)} of {draft.n} edits were taken back." if name else ""

    return ProjectFactDraft(
        kind=ProjectFactKind.GENERATED,
        key=path,
        n=len(edits),
        sessions=len({edit.session for edit in back}),
        cases=tuple((edit.call, edit.at) for edit in newest),
        proof=newest[0].call,
        proof_at=newest[0].at,
        say=say,
    )

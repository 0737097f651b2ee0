"""Commit links: which commits contain work of which session, each with the evidence and a confidence.

A commit's hash does not outlive a rebase, so every kind of evidence is gathered for a change with all its copies (see
``outcomes.commit_copies``): what the log's own ``git commit`` printed, the second in which it ran, the words of
trailers, the salted hashes of added lines, the files (see ``outcomes.link_evidence``). Lines weigh by rarity: one that
stands in ten changes counts a tenth, so that a licence header or an import links nothing.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from twiceshy.judgement.outcomes import link_evidence
from twiceshy.judgement.outcomes.commit_copies import CommitCopies, group_copies, lines_of, split_hashes
from twiceshy.judgement.outcomes.link_evidence import (
    AGENT,
    ANCESTRY,
    COPY,
    FILES,
    LINES,
    MADE,
    STATED,
    TIME_ONLY,
    TRAILER,
    SharedByPair,
    SharedEvidence,
)
from twiceshy.records.commits import Link, StoredCommit, Trace
from twiceshy.records.git_hooks import GitNote
from twiceshy.records.upkeep import Exposure

VERSION: Final = 4
_LEAST_CONFIDENCE: Final = 0.5
"""Confidence below which nothing is a link. Guess of 2026-11-21: more often wrong than right is none."""
_CHANCE: Final = {ANCESTRY: 0.98, STATED: 0.98, TRAILER: 0.99, MADE: 0.97, TIME_ONLY: 0.4, AGENT: 0.15}
"""Confidence of one piece of evidence alone: shares of right links on the tuning half, rounded; of trailers a guess
(2026-11-21), of ancestry as of what is stated (guess, 2026-11-23)."""
_FILES_GAP_S: Final = 86_400.0
"""Edits that lie longer than a day say little about who committed the file. Guess of 2026-11-21."""
_HIGHEST: Final = 0.999
"""Confidence that no evidence exceeds. Guess of 2026-11-21: nothing here is certain."""


def link(
    traces: Sequence[Trace],
    commits: Sequence[StoredCommit],
    *,
    checkpoints: Mapping[str, Collection[str]] | None = None,
    without: Collection[str] = (),
    rewritten: Sequence[tuple[str, str]] = (),
    made: Iterable[tuple[str, bytes]] = (),
) -> list[Link]:
    """Return the links between the sessions and the commits of one project.

    They are ordered by session and then as the commits are. ``checkpoints`` has for ids that trailers name the ids of
    sessions, where a recorder's branch tells. ``without`` leaves out kinds of evidence. ``rewritten`` are commits and
    what git made of them: the old ones may be gone, and a log may still name them. ``made`` are hashes of commits with
    the session whose agent's processes made them.
    """
    changes = group_copies(commits, copies=COPY not in without)
    shared: SharedByPair = defaultdict(SharedEvidence)
    weights = [float(len(one.lines)) for one in changes]
    if LINES not in without:
        weights = link_evidence.match_lines(traces, changes, shared)
    if FILES not in without:
        link_evidence.match_files(traces, changes, shared)
    link_evidence.match_git_runs(traces, changes, shared, without, rewritten=rewritten)
    if ANCESTRY not in without:
        link_evidence.match_processes(traces, changes, shared, made, rewritten)
    if TRAILER not in without:
        link_evidence.match_trailers(traces, changes, shared, checkpoints or {})
    if AGENT not in without:
        link_evidence.match_agents(traces, changes, shared)
    own = [len({line for touch in trace.touches for line in split_hashes(touch.added)}) for trace in traces]
    links: list[Link] = []
    for session, number in sorted(shared):
        links += _build_links(traces[session], changes[number], shared[session, number], weights[number], own[session])
    return links


def _rate_lines(common: SharedEvidence, weight: float) -> float:
    """Return the confidence from lines alone, 0 where they prove nothing.

    ``weight`` is that of all the change's added lines. Confidences are the shares of right links among pairs with
    this evidence and no other, on the half of the recorded truth that was for tuning (2026-11-21; see
    ``benchmarks/links.py``).
    """
    if weight <= 0.0:
        return 0.0
    if common.first >= 1.0 and common.first >= 0.1 * weight:
        return 0.92 if common.first < 0.5 * weight else 0.97
    if common.weight >= 1.0 and common.weight >= 0.3 * weight:
        return 0.92
    return 0.3 if common.weight >= 1.0 and common.weight >= 0.1 * weight else 0.0


def _rate_files(common: SharedEvidence, change: CommitCopies) -> float:
    """Return the confidence from files alone.

    Where lines were added and the session wrote none of them, files prove little.
    """
    files = len({file.path for file in change.commits[0].files})
    if common.gap_s > _FILES_GAP_S or 2 * len(common.files) < files:
        return 0.0
    if not change.lines and 5 * len(common.files) >= 4 * files:
        return 0.85
    return 0.3


def _build_links(trace: Trace, change: CommitCopies, common: SharedEvidence, weight: float, own: int) -> list[Link]:
    """Return a link for each copy of the change, where the evidence is enough."""
    found = [
        (_CHANCE[TIME_ONLY if detail == TIME_ONLY else kind], kind, detail) for kind, detail in common.proof.items()
    ]
    if chance := _rate_lines(common, weight):
        found.append((chance, LINES, f"{len(common.lines)} of {len(change.lines)} added lines"))
    if chance := _rate_files(common, change):
        found.append((chance, FILES, f"{len(common.files)} files, {common.gap_s / 3600:.1f} hours after the last edit"))
    unsure = math.prod(1.0 - chance for chance, _, _ in found)
    if 1.0 - unsure < _LEAST_CONFIDENCE:
        return []
    found.sort(key=lambda row: -row[0])
    return [
        Link(
            session=trace.session,
            commit_hash=one.hash,
            confidence=min(round(1.0 - unsure, 3), _HIGHEST),
            evidence=tuple(_describe_evidence(kind, detail, one.hash, change) for _, kind, detail in found),
            lines_shared=len(common.lines),
            lines_of_commit=len(lines_of(one)),
            lines_of_session=own,
        )
        for one in change.commits
    ]


def _describe_evidence(kind: str, detail: str, commit_hash: str, change: CommitCopies) -> tuple[str, str]:
    """Return the evidence as it is for one copy: a hash that the log states is that of one copy only."""
    if kind not in {STATED, ANCESTRY} or commit_hash.startswith(detail):
        return kind, detail
    other = next((one.hash for one in change.commits if one.hash.startswith(detail)), detail)
    return COPY, f"of {other[:12]}, which the session made"


# Which session's agent made a commit, as process ids say: the hook of git descends from the agent, or it does not.
#
# A note of an agent's hook names its process when a session and when a turn begins; a note of git's hook names the
# processes above it. The same id with the same start on the same start of the machine is the same process. Where one
# process serves several sessions, only one that is alone in being alive then is taken; else nobody is: a gap is better
# than a wrong name.

_SIGN_OF_LIFE = timedelta(minutes=15)
"""After so long without an event of its session, whatever a process starts may be a person's (another recorder of agent
sessions has the same limit, seen 2026-11-23)."""
_CLOCK_ERROR = timedelta(seconds=2)
"""By which a note of git's may seem earlier than the event before it: its time comes from a file's last change (guess,
2026-11-23)."""
_END_EVENT = "SessionEnd"


class _Session(NamedTuple):
    """A session's events in order."""

    times: list[datetime]
    events: list[Exposure]


class AgentProcesses:
    """Processes that agents were, and the life of their sessions."""

    def __init__(self, exposures: Iterable[Exposure]) -> None:
        """Take all notes of agents' hooks, in any order."""
        by_session: defaultdict[bytes, list[Exposure]] = defaultdict(list)
        self._first: defaultdict[str, dict[bytes, datetime]] = defaultdict(dict)
        for one in sorted(exposures, key=lambda one: one.at):
            by_session[one.session].append(one)
            if one.owner:
                self._first[one.owner].setdefault(one.session, one.at)
        self._sessions = {key: _Session([one.at for one in events], events) for key, events in by_session.items()}

    def find_owner(self, note: GitNote) -> Exposure | None:
        """Return the last event, before the note, of the session whose agent is above it; None where none surely is."""
        for process in note.ancestors:  # the nearest decides: an agent that another one started is who commits
            if process in self._first:
                return self._choose(self._first[process], note.at + _CLOCK_ERROR)
        return None

    def _choose(self, first: dict[bytes, datetime], at: datetime) -> Exposure | None:
        """Return the last event of the one session of a process that is alive; None where none or several are."""
        alive = [found for session in first if first[session] <= at and (found := self._find_sign(session, at))]
        newest = max(alive, key=lambda one: first[one.session], default=None)
        if newest is None or any(one.at >= first[newest.session] for one in alive if one is not newest):
            return None
        return newest

    def _find_sign(self, session: bytes, at: datetime) -> Exposure | None:
        """Return a session's last event until then; None where it is too old, or was the end."""
        times, events = self._sessions[session]
        place = bisect_right(times, at) - 1
        last = events[place] if place >= 0 else None
        return last if last and last.event != _END_EVENT and at - last.at <= _SIGN_OF_LIFE else None


def find_owner(note: GitNote, exposures: Iterable[Exposure]) -> Exposure | None:
    """Return what ``AgentProcesses`` says of one note; for many notes keep one of those."""
    return AgentProcesses(exposures).find_owner(note)

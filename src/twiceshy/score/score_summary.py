"""Summarize past edits once after scoring: what scores have meant, and the outcomes of each file's edits.

It is one value for everything that is stored, so that scoring a change in a checkout reads a few kilobytes and not
all of it. Files and projects are hashes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from twiceshy.records import ids
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.figures import RiskRow
from twiceshy.records.findings import EditWithScore, ScannedEdit, Score
from twiceshy.records.views import ScoredEdit, ScoredSession, ScoreMeaning, ScoreOverview
from twiceshy.score.aggregate import BANDS, group_by_fault, strength_of
from twiceshy.score.risk import ChangeTallies, ChangeTally, PastChange, PastRisk, smooth_rate

_ALWAYS_SHOWN = 0.7
"""The score whose meaning is always shown (guess, 2026-11-21)."""
_ALL = ""
BOUNDS = (*(bound for bound, _ in BANDS[1:]), _ALWAYS_SHOWN)


@dataclass(slots=True)
class ScoreSummary:
    """Counts of what was done; a pair is the number with a known outcome, and how many of these turned out bad."""

    all: tuple[int, int] = (0, 0)
    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By the least score."""
    files: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """Changes, see ``risk``, by the hex of ``path_key``; with the project's hash."""
    projects: dict[str, tuple[int, int]] = field(default_factory=dict)

    def find_meaning(self, value: float | None = None) -> ScoreMeaning:
        """Return what a score of ``_ALWAYS_SHOWN`` or more has meant.

        With a value below that, return what its band or a higher one has meant.
        """
        reached = [bound for bound in BOUNDS if value is not None and value >= bound]
        least = reached[-1] if reached else _ALWAYS_SHOWN
        edits, bad = self.bounds.get(str(least), (0, 0))
        return ScoreMeaning(least=least, edits=edits, bad=bad, of=self.all[0], of_bad=self.all[1])

    def past(self, file: bytes) -> PastRisk | None:
        """Return the risk of a file's past with everything that is known; None if it has none."""
        own = self.files.get(file.hex())
        if own is None:
            return None
        return smooth_rate(ChangeTally(*own[:2]), ChangeTally(*self.projects.get(own[2], (0, 0))))


def _find_reached(value: float | None) -> list[str]:
    """Return the bounds that a score reaches, and ``_ALL``; none for an edit without a score."""
    return [] if value is None else [_ALL, *(str(bound) for bound in BOUNDS if value >= bound)]


def summarize_scores(sessions: Iterable[tuple[bytes, str, Iterable[EditWithScore]]]) -> ScoreSummary:
    """Summarize all sessions, given with their uid and the identities of their projects."""
    past = ChangeTallies()
    bounds: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for session, identity, edits in sessions:
        project = blake2b(identity.encode("utf-8", "replace"), digest_size=8).hexdigest()
        for edit, score in edits:
            if edit.bad is not None:
                past.add(PastChange(edit.path_key, session, project, 0.0, edit.bad, 0.0))
                for count in map(bounds.__getitem__, _find_reached(score.value)):
                    count[0] += 1
                    count[1] += edit.bad
    whole = bounds.pop(_ALL, [0, 0])
    return ScoreSummary(
        all=(whole[0], whole[1]),
        bounds={bound: (n, bad) for bound, (n, bad) in bounds.items()},
        files={key.hex(): (n, bad, past.owners[key]) for key, (n, bad) in past.files.items()},
        projects=dict(past.projects),
    )


SUMMARY = Codec(ScoreSummary, Layout(ScoreSummary, keyed=True))


# Scored sessions as people see them: their edits with scores, the riskiest first, and their faults in rows.

_EDITS = 3
"""Edits of one session in an overview (guess, 2026-11-21)."""


def summarize_sessions(
    found: Sequence[ScoredSession], left: int, limit: int, summary: ScoreSummary | None
) -> ScoreOverview:
    """Return all scored sessions in numbers, with the riskiest, newer first among equals.

    ``left``: sessions that are yet to be scored. ``summary``: what such scores have meant.
    """
    edits = [edit for one in found for edit in one.edits]
    known = [edit for edit in edits if edit.score.value is not None]
    unknown = Counter(why for edit in edits for why in edit.score.introduced.unknown)
    risky = sorted(
        (one for one in map(_keep_riskiest, found) if one.edits),
        key=lambda one: (_value_of(one.edits[0]), str(one.at or "")),
        reverse=True,
    )
    return ScoreOverview(
        sessions=len(found),
        edits=len(known),
        unscored=len(edits) - len(known),
        left=left,
        findings=sum(len(group_by_fault(edit.score.introduced.introduced)) for edit in edits),
        unknown=tuple(unknown.most_common()),
        riskiest=tuple(risky[:limit]),
        meant=summary.find_meaning() if summary else None,
    )


def list_risk_rows(session: bytes, at: datetime | None, score: Score) -> Iterator[RiskRow]:
    """Yield an edit's faults, worst first, if its score is above the lowest band."""
    if score.value is None or score.value < BANDS[1][0]:
        return
    for same in sorted(group_by_fault(score.introduced.introduced), key=lambda same: -strength_of(same[0])):
        found = same[0]
        yield RiskRow(
            session=ids.shorten(ids.SESSION, session),
            at=at,
            score=score.value,
            path=found.path,
            line=found.line,
            rule=found.rule,
            why=found.message,
            do=f"twiceshy score {ids.shorten(ids.SESSION, session)}",
        )


def _keep_riskiest(one: ScoredSession) -> ScoredSession:
    """Return the session with only its riskiest edits, of those that introduced something."""
    edits = sorted((edit for edit in one.edits if edit.score.introduced.introduced), key=lambda edit: -_value_of(edit))
    return ScoredSession(
        session=one.session,
        id=one.id,
        project=one.project,
        at=one.at,
        value=one.value,
        worst=one.worst,
        edits=tuple(edits[:_EDITS]),
    )


def _value_of(edit: ScoredEdit) -> float:
    """Return the edit's score; 0 if it has none."""
    return edit.score.value or 0.0


def build_scored_session(
    of: tuple[bytes, str, datetime | None], edits: Sequence[ScannedEdit], scores: Sequence[Score]
) -> ScoredSession:
    """Return a scored session; ``of`` has its uid, its project and its time."""
    session, project, at = of
    found = [
        ScoredEdit(
            call=edit.call,
            path=edit.path,
            path_key=edit.path_key,
            task=edit.task,
            lines=edit.lines,
            score=score,
            bad=edit.bad,
            known_at=edit.known_at,
        )
        for edit, score in zip(edits, scores, strict=True)
    ]
    values = [edit.score.value for edit in found if edit.score.value is not None]
    return ScoredSession(
        session=session,
        id=ids.shorten(ids.SESSION, session),
        project=project,
        at=at,
        value=sum(values) / len(values) if values else None,
        worst=max(values, default=None),
        edits=tuple(found),
    )


# Say which part of a score is unknown and why, in words: an unknown part never counts as clean, so it has a name.

_ALL_REASONS = "all"
WORDS = {
    "missing": "its engine is not installed",
    "failed": "its engine crashed",
    "timeout": "its engine ran out of time",
    "language": "it does not read this language",
    "document": "a document or data, in which nothing is looked for",
    "too-large": "the file is too large",
    "too-many": "too many files or names changed at once",
    "binary": "the file is no text",
    "partial": "only a fragment of the file is known",
    "no-before": "the text before the change is not known",
    "no-text": "the text is not known",
    "unparsed": "its syntax is not understood",
    "partly-unparsed": "parts of its syntax are not understood",
}
"""By reason, as ``FindingDelta.unknown`` has it."""


def phrase_unknown(why: str) -> str:
    """Return ``part: reason``, or ``path: part: reason``, with the reason in words.

    >>> phrase_unknown("a.py: taint: too-large"), phrase_unknown("all: no-before"), phrase_unknown("x: odd")
    ('a.py: taint: the file is too large', 'the text before the change is not known', 'x: odd')
    """
    part, _, reason = why.rpartition(": ")
    place, _, last = part.rpartition(": ")
    named = place if last == _ALL_REASONS else part
    return f"{named}: {WORDS.get(reason, reason)}" if named else WORDS.get(reason, reason)

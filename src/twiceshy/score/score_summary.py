"""Summarize past edits once after scoring: what scores have meant, and the outcomes of each file's edits.

It is one value for everything that is stored, so that scoring a change in a checkout reads a few kilobytes and not
all of it. Files and projects are hashes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from twiceshy.records.codec import Codec, Layout
from twiceshy.records.findings import EditWithScore
from twiceshy.records.views import ScoreMeaning
from twiceshy.score.aggregate import BANDS
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

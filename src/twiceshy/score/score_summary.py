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
from twiceshy.score.aggregate import BANDS, WEIGHTS
from twiceshy.score.learned_weights import Weights
from twiceshy.score.risk import ChangeTally, smooth_rate

_ALWAYS_SHOWN = 0.7
"""The score whose meaning is always shown (guess, 2026-11-21)."""
_ALL = ""
BOUNDS = (*(bound for bound, _ in BANDS[1:]), _ALWAYS_SHOWN)


@dataclass(slots=True)
class ScoreSummary:
    """Counts of past edits; a pair is the number with a known outcome, and how many of these turned out bad."""

    weights: tuple[float, float, float, float] = WEIGHTS
    why: str = ""
    """How the weights came about, in words."""
    all: tuple[int, int] = (0, 0)
    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By the least score."""
    files: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """By the hex of ``path_key``; with the project's hash."""
    projects: dict[str, tuple[int, int]] = field(default_factory=dict)

    def find_meaning(self, value: float | None = None) -> ScoreMeaning:
        """Return what a score of ``_ALWAYS_SHOWN`` or more has meant.

        With a value below that, return what its band or a higher one has meant.
        """
        reached = [bound for bound in BOUNDS if value is not None and value >= bound]
        least = reached[-1] if reached else _ALWAYS_SHOWN
        edits, bad = self.bounds.get(str(least), (0, 0))
        return ScoreMeaning(least=least, edits=edits, bad=bad, of=self.all[0], of_bad=self.all[1])

    def past(self, file: bytes) -> float | None:
        """Return the risk of a file's past with everything that is known; None if it has none."""
        own = self.files.get(file.hex())
        if own is None:
            return None
        return smooth_rate(ChangeTally(*own[:2]), ChangeTally(*self.projects.get(own[2], (0, 0))))


def _find_reached(value: float | None) -> list[str]:
    """Return the bounds that a score reaches, and ``_ALL``; none for an edit without a score."""
    return [] if value is None else [_ALL, *(str(bound) for bound in BOUNDS if value >= bound)]


def summarize_scores(sessions: Iterable[tuple[str, Iterable[EditWithScore]]], weights: Weights) -> ScoreSummary:
    """Summarize all sessions, given with the names of their projects.

    ``weights`` are those that their scores were made with.
    """
    files: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    projects: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    bounds: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    owner = {}
    for name, edits in sessions:
        project = blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()
        for edit, score in edits:
            if edit.bad is not None:
                owner[edit.path_key.hex()] = project
                reached = map(bounds.__getitem__, _find_reached(score.value))
                for count in (files[edit.path_key.hex()], projects[project], *reached):
                    count[0] += 1
                    count[1] += edit.bad
    whole = bounds.pop(_ALL, [0, 0])
    return ScoreSummary(
        weights=weights.weights,
        why=weights.why,
        all=(whole[0], whole[1]),
        bounds={bound: (n, bad) for bound, (n, bad) in bounds.items()},
        files={key: (n, bad, owner[key]) for key, (n, bad) in files.items()},
        projects={key: (n, bad) for key, (n, bad) in projects.items()},
    )


SUMMARY = Codec(ScoreSummary, Layout(ScoreSummary, keyed=True))

"""What past edits say, summed once after scoring: what scores have meant, and what became of each file's edits.

One value for everything that is stored, so that scoring a change in a checkout reads a few kilobytes and not all of it.
Files and projects are hashes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import blake2b

from twiceshy.flows.scored import Edited
from twiceshy.records.scored import Meant
from twiceshy.score.aggregate import BANDS, WEIGHTS
from twiceshy.score.learned_weights import Learned
from twiceshy.score.risk import Tally, smoothed
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived

KIND = "score-summary"
VERSION = 2
EVERYTHING = b"all"
TOLD = 0.7
"""The score of which it is always told what it has meant."""
BOUNDS = (*(bound for bound, _ in BANDS[1:]), TOLD)


@dataclass(slots=True)
class Summary:
    """Counts; a pair is how many edits it is known of what became, and how many of these turned out bad."""

    weights: tuple[float, float, float, float] = WEIGHTS
    why: str = ""
    """How the weights came about, in words."""
    all: tuple[int, int] = (0, 0)
    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By the least score."""
    files: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """By the hex of ``path_key``; with the project's hash."""
    projects: dict[str, tuple[int, int]] = field(default_factory=dict)

    def meant(self, value: float | None = None) -> Meant:
        """What ``TOLD`` or more has meant; with a value below that, what its band or a higher one has."""
        reached = [bound for bound in BOUNDS if value is not None and value >= bound]
        least = reached[-1] if reached else TOLD
        edits, bad = self.bounds.get(str(least), (0, 0))
        return Meant(least=least, edits=edits, bad=bad, of=self.all[0], of_bad=self.all[1])

    def past(self, file: bytes) -> float | None:
        """The risk of a file's past with all that is known; None where it has none."""
        own = self.files.get(file.hex())
        if own is None:
            return None
        return smoothed(Tally(*own[:2]), Tally(*self.projects.get(own[2], (0, 0))))


def summed(sessions: Iterable[tuple[str, Iterable[Edited]]], weights: Learned) -> Summary:
    """Of all sessions, with the names of their projects; the weights are those that their scores were made with."""
    files: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    projects: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    bounds: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    whole = [0, 0]
    owner = {}
    for name, edits in sessions:
        project = blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()
        for edit, score in edits:
            if edit.bad is None:
                continue
            owner[edit.path_key.hex()] = project
            counts = [files[edit.path_key.hex()], projects[project]]
            if score.value is not None:
                counts += [whole, *(bounds[str(bound)] for bound in BOUNDS if score.value >= bound)]
            for count in counts:
                count[0] += 1
                count[1] += edit.bad
    return Summary(
        weights=weights.weights, why=weights.why, all=(whole[0], whole[1]),
        bounds={bound: (n, bad) for bound, (n, bad) in bounds.items()},
        files={key: (n, bad, owner[key]) for key, (n, bad) in files.items()},
        projects={key: (n, bad) for key, (n, bad) in projects.items()},
    )  # fmt: skip


def packed(summary: Summary) -> bytes:
    """As JSON."""
    return json.dumps(asdict(summary), separators=(",", ":")).encode()


def kept(store: Store) -> Summary | None:
    """What is kept; None where nothing was scored."""
    value = store.derived(KIND, EVERYTHING)
    if value is None:
        return None
    found = Summary(**json.loads(value.value))
    taint, pattern, refactor, history = found.weights
    found.weights = (taint, pattern, refactor, history)
    return found


def entry(mark: bytes, summary: Summary) -> Derived:
    """The value to keep; ``mark`` is of what it was made of."""
    return Derived(EVERYTHING, mark, packed(summary))

"""Does the forecast of `milestones` for twice the commits come true?

``python -m benchmarks learning_forecast [--markdown] REPOSITORY ...``. Each history (its newest 6,000 commits at most)
is cut where it had an eighth, a quarter and a half of them; a part below 200 is left out. There the forecast is made as
``twiceshy milestones`` makes it. Then as many commits again have come, and on *their* newest fifth it is measured what
the doubling brought: all of the past against the newest part of it that leaves half as much known. Both sides rank the
same commits, which the forecast never saw.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.logs.commit_words import read_changes
from twiceshy.records.milestones import Gain
from twiceshy.records.predictions import HistoryCommit
from twiceshy_data.dataset.learning_curve import draw_curve
from twiceshy_data.recipes.file_curve import measure_shares
from twiceshy_git.predict.model import load_general_model
from twiceshy_git.predict.rank import ModelRanker
from twiceshy_git.predict.ranking_evaluation import choose_judged, find_split, replay_share

NEWEST, FEWEST, MOST_JUDGED = 6000, 200, 150
PARTS = (8, 4, 2)
HALF = 0.4375
"""Of the past before the held-out fifth: with what is learned while it is judged (a tenth of the history), half."""


class Forecast(NamedTuple):
    """What was foretold, and what came."""

    repository: str
    commits: int
    """When it was foretold."""
    foretold: Gain
    came: float
    judged: int

    @property
    def holds(self) -> bool:
        """Whether what came lies in the interval."""
        return self.foretold.low <= self.came <= self.foretold.high


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks learning_forecast", description=__doc__)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("repositories", nargs="*", type=Path, default=[Path()])
    args = parser.parse_args(argv)
    found: list[Forecast] = []
    for repo in args.repositories:
        begun = time.process_time()
        changes = [one for one in read_changes(repo, salt=b"", limit=NEWEST) if one.files]
        new = forecasts(name_of(repo), changes)
        found += new
        for one in new:
            show(one, markdown=args.markdown)
        print(f"{name_of(repo)}: {len(changes)} commits, {time.process_time() - begun:.0f} CPU s", flush=True)
    if found:
        sum_up(found)


def name_of(repo: Path) -> str:
    """As it is written in a table."""
    path = repo.resolve()
    return (path.parent if path.name == "repo" else path).name.replace("+", "/").removesuffix(".git")


def forecasts(name: str, changes: Sequence[HistoryCommit]) -> list[Forecast]:
    """One for each part that is long enough."""
    made = []
    for part in PARTS:
        known = len(changes) // part
        curve = draw_curve(measure_shares(changes[:known])) if known >= FEWEST else None
        if curve is not None and curve.doubling is not None:
            came, judged = what_came(changes[: 2 * known])
            made.append(Forecast(name, known, curve.doubling, came, judged))
    return made


def what_came(changes: Sequence[HistoryCommit]) -> tuple[float, int]:
    """The gain of all of the past over half of it on the newest fifth, and how many commits it was measured on."""
    first = find_split(changes, 0.2)
    judged = choose_judged(changes, first, MOST_JUDGED)
    whole, half = (
        sum(replay_share(changes, first, share, judged, {"model": ModelRanker(load_general_model())}).marks["model"])
        for share in (1.0, HALF)
    )
    return (whole - half) / len(judged), len(judged)


def show(one: Forecast, *, markdown: bool) -> None:
    low, high = f"{one.foretold.low:+.3f}", f"{one.foretold.high:+.3f}"
    cells = [
        one.repository,
        f"{one.commits:,}",
        f"{one.foretold.estimate:+.3f}",
        f"{low} to {high}",
        f"{one.came:+.3f}",
        str(one.judged),
        "yes" if one.holds else "no",
    ]
    print(f"| {' | '.join(cells)} |" if markdown else "  ".join(cells), flush=True)


def sum_up(found: Sequence[Forecast]) -> None:
    """How often it held, how wide it was, and how often it said more than "no gain shown"."""
    held = sum(one.holds for one in found)
    newest = {one.repository: one for one in found}  # the last part of each history, half of it
    width = sorted(one.foretold.high - one.foretold.low for one in found)[len(found) // 2]
    error = sorted(abs(one.foretold.estimate - one.came) for one in found)[len(found) // 2]
    said = [one for one in found if one.foretold.low > 0 or one.foretold.high < 0]
    print(f"in its interval: {held} of {len(found)} ({held / len(found):.2f})")
    print(f"at half of each history: {sum(one.holds for one in newest.values())} of {len(newest)} histories")
    print(f"median width of the interval {width:.3f}, median error {error:.3f}")
    print(f"a gain or a loss was shown in {len(said)}; of these the sign came true in", end=" ")
    print(sum((one.foretold.estimate > 0) == (one.came > 0) for one in said))

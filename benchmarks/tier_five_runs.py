"""Can it be told during a run that it will fail its hidden tests?

``python -m benchmarks tier_five_runs HOME --reports FOLDER [--held]``: HOME holds the benchmark runs as one developer's
months, three a day in the order of their tasks' numbers; FOLDER has a folder for each task with the ``report.json`` of
its hidden tests. Without ``--held`` only the projects are opened that the numbers were chosen on, by forward chaining;
with it the model of all of these is asked about the projects that were held back.

How long a run will be is not known while it goes on, so "after half of its calls" needs what comes later: the number
of calls at that moment tells the whole length. After 10, 20 or 30 calls it does not; there only runs count that go on
for so long.
"""

import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from statistics import fmean, pstdev
from typing import Final, NamedTuple

import numpy as np

from benchmarks.results import read_resolved
from benchmarks.tier_five import Orders, answer, compare, fit
from benchmarks.tier_five import scale as scale_table
from twiceshy.archive.db import Store
from twiceshy.archive.reads import stories
from twiceshy.judgement.outcomes.work_parts import cut_after_calls, describe_work
from twiceshy.records.stories import Moment, Story, WorkPart
from twiceshy_git.predict.calibration import brier_skill, dot, fit_logistic_weights, sigmoid
from twiceshy_git.predict.risk.groups.agent_work import AgentWork

TUNE: Final = ("django__", "scikit-learn__", "astropy__")
"""Projects that the three numbers were chosen on."""
CUTS: Final = (0.4, 0.55, 0.7, 0.85, 1.0)
"""Shares of the runs, in the order of time, up to which is trained and then tested, by the protocol."""
FARTHEST: Final = 3.0
"""Spreads from the mean beyond which a number counts no more. Guess of 2026-11-23: one long output is no verdict."""
LEARNED: Final = 10
"""Moments at which each run is learned, so that long runs weigh no more than short ones. Guess of 2026-11-23."""
MOMENTS: Final[Mapping[str, Callable[[int], int]]] = {
    "after 10 calls": lambda calls: 10,  # noqa: ARG005  # one form for all moments
    "after 20 calls": lambda calls: 20,  # noqa: ARG005
    "after 30 calls": lambda calls: 30,  # noqa: ARG005
    "after a third": lambda calls: max(1, calls // 3),
    "after half": lambda calls: max(1, calls // 2),
    "after all": lambda calls: calls,
}
_BLOCK: Final = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


class SoFar(NamedTuple):
    """What the first calls of a run add up to."""

    calls: int
    words: int
    """That the agent said between calls, blocks of code and hidden thinking left out."""
    characters: int
    """That came back from calls."""
    failed: int


class Run(NamedTuple):
    """One run, and what its hidden tests said."""

    name: str
    at: float
    bad: bool
    prompt_words: int
    course: Sequence[SoFar]
    """After each call."""
    work: Mapping[str, Sequence[float]]
    """Tier 5's columns, by the moment."""


class Model(NamedTuple):
    """A logistic model of three numbers, and the runs that it learned."""

    runs: Sequence[Run]
    means: Sequence[float]
    spreads: Sequence[float]
    weights: Sequence[float]

    def answer(self, so_far: SoFar) -> float:
        """How likely it is that the run fails."""
        return sigmoid(dot(self.weights, scale(so_far, self.means, self.spreads)))


def main(words: Sequence[str] = ()) -> None:
    if "--reports" not in words:
        print("give the data folder, and --reports with the folder of the reports", file=sys.stderr)
        return
    place = words.index("--reports")
    home, reports = Path(words[0]), Path(words[place + 1])
    runs = sorted(read_runs(home, reports), key=lambda one: (one.at, one.name))
    tune = [one for one in runs if one.name.startswith(TUNE)]
    tell("chosen on, forward chaining", list(chain_forward(tune)))
    if "--held" in words:
        held = [one for one in runs if not one.name.startswith(TUNE)]
        model = train(tune)
        print(f"\nweights {', '.join(f'{weight:.2f}' for weight in model.weights)} of all, words, output, calls")
        tell("held back, trained on the others", [(one, model) for one in held])


def read_runs(home: Path, reports: Path) -> Iterator[Run]:
    """The newest run of each instance that has a report."""
    solved = {file.parent.name: read_resolved(file) for file in sorted(reports.glob("*/report.json"))}
    with Store.open(home, readonly=True) as store:
        rows = store.connection.execute(
            """SELECT s.uid, min(f.name) FROM session s JOIN session_source x ON x.session_id = s.id
            JOIN source f ON f.id = x.source_id WHERE s.agent = 'mini-swe-agent' GROUP BY s.id ORDER BY s.first_at"""
        )
        newest = {name: uid for uid, path in rows if (name := Path(path).parent.name) in solved}
        names = {uid: name for name, uid in newest.items()}
        for story in stories.read_stories(store, names):
            name = names[story.session]
            at = story.first_at.timestamp() if story.first_at else 0.0
            prompt = next((one.text for one in story.moments if one.step.kind == "prompt"), "")
            course = list(follow(story.moments))
            yield Run(name, at, not solved[name], len(prompt.split()), course, describe_moments(story, len(course)))


def describe_moments(story: Story, calls: int) -> Mapping[str, Sequence[float]]:
    """Tier 5's columns at each moment that the run reached."""
    found = {}
    for name, place_of in MOMENTS.items():
        if place_of(calls) <= calls:
            numbers = describe_work(WorkPart(cut_after_calls(story, place_of(calls)), 0))
            found[name] = [numbers.get(one.name, math.nan) for one in AgentWork.columns]
    return found


def follow(moments: Iterable[Moment]) -> Iterator[SoFar]:
    """What a run adds up to after each of its calls."""
    words = characters = failed = 0
    calls = 0
    for moment in moments:
        if moment.step.kind == "reply":
            words += len(_BLOCK.sub(" ", moment.text).split())
        elif moment.step.kind == "call":
            calls += 1
            characters += len(moment.text)
            failed += moment.step.failure == "error"
            yield SoFar(calls, words, characters, failed)


def train(runs: Sequence[Run]) -> Model:
    """Learn each run at ten moments."""
    learned = [(run.course[place], float(run.bad)) for run in runs for place in pick_moments(len(run.course))]
    columns = list(zip(*(describe(so_far) for so_far, _ in learned), strict=True))
    means, spreads = [fmean(one) for one in columns], [pstdev(one) or 1.0 for one in columns]
    rows = [scale(so_far, means, spreads) for so_far, _ in learned]
    return Model(runs, means, spreads, fit_logistic_weights(rows, [bad for _, bad in learned]))


def pick_moments(calls: int) -> Iterator[int]:
    return (max(0, calls * tenth // LEARNED - 1) for tenth in range(1, LEARNED + 1))


def describe(so_far: SoFar) -> tuple[float, ...]:
    calls = so_far.calls
    return math.log1p(so_far.words / calls), math.log1p(so_far.characters / calls), math.log1p(calls)


def scale(so_far: SoFar, means: Sequence[float], spreads: Sequence[float]) -> tuple[float, ...]:
    scaled = ((value - mean) / spread for value, mean, spread in zip(describe(so_far), means, spreads, strict=True))
    return 1.0, *(max(-FARTHEST, min(FARTHEST, one)) for one in scaled)


def chain_forward(runs: Sequence[Run]) -> Iterator[tuple[Run, Model]]:
    """Each later run with the model of those before its part."""
    places = [int(len(runs) * cut) for cut in CUTS]
    for start, end in pairwise(places):
        model = train(runs[:start])
        yield from ((one, model) for one in runs[start:end])


def tell(part: str, asked: Sequence[tuple[Run, Model]]) -> None:
    heads = ("runs, failed", "AUC (95 %)", "calls so far", "words of the prompt", "over calls so far")
    print(f"\n| {part} | {' | '.join(heads)} | tier 5's columns | Brier skill |\n|{'---|' * (len(heads) + 3)}")
    for name, place_of in MOMENTS.items():
        there = [(run, model) for run, model in asked if place_of(len(run.course)) <= len(run.course)]
        bad = [run.bad for run, _ in there]
        now = [run.course[place_of(len(run.course)) - 1] for run, _ in there]
        risks = [model.answer(so_far) for (_, model), so_far in zip(there, now, strict=True)]
        calls = [float(so_far.calls) for so_far in now]
        prompts = [float(run.prompt_words) for run, _ in there]
        orders = Orders(bad, range(len(bad)))
        cells = [f"{len(bad)}, {sum(bad)}", *(say_area(orders, one) for one in (risks, calls, prompts))]
        cells.append(say_gain(orders, risks, calls))
        cells.append(say_area(orders, ask_columns(name, there)))
        print(f"| {name} | {' | '.join(cells)} | {brier_skill(risks, bad):+.2f} |")


def ask_columns(name: str, asked: Sequence[tuple[Run, Model]]) -> Sequence[float]:
    """What a regression of tier 5's columns at that moment says of each run."""
    risks: list[float] = []
    for model, some in groupby(asked, key=lambda pair: pair[1]):
        known = [one for one in model.runs if name in one.work]
        table, rows = scale_table(
            np.array([one.work[name] for one in known]), np.array([run.work[name] for run, _ in some])
        )
        risks += answer(fit(table, np.array([one.bad for one in known])), rows).tolist()
    return risks


def say_area(orders: Orders, risks: Sequence[float]) -> str:
    if len(set(risks)) == 1:
        return "0.500"
    low, high = np.nanquantile(orders.areas([risks]), (0.025, 0.975))
    return f"{orders.area(risks):.3f} ({low:.3f}-{high:.3f})"


def say_gain(orders: Orders, ours: Sequence[float], theirs: Sequence[float]) -> str:
    found = compare(orders.area(ours), orders.areas([ours]), orders.area(theirs), orders.areas([theirs]))
    return f"{found.gain:+.3f} ({found.low:+.3f} to {found.high:+.3f}); power {found.least:.3f}"

"""Can it be told during a task that a person will correct it, or that it will be rolled back?

``python -m benchmarks tier_five_tasks HOME [--held]``: HOME is a data folder whose sessions are judged. A task counts
where it changed files and it is known what became of it. What is asked is answered before anybody says a word: after a
third, half and all of the calls up to the person's next prompt, and after 10 and 20 calls, where it is not known how
many will come. Without ``--held`` only the projects are opened that the columns were chosen on, by forward chaining;
with it their model is asked about the projects that were held back.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from benchmarks.tier_five import Orders, answer, fit, scale
from benchmarks.tier_five_runs import say_area, say_gain
from twiceshy.archive.db import Store
from twiceshy.archive.reads.event_times import read_fetched_outputs
from twiceshy.archive.reads.judged_work import read_judged_tasks
from twiceshy.archive.reads.stories import read_stories
from twiceshy.judgement.outcomes.work_parts import cut_after_calls, describe_work
from twiceshy.records.outcomes import Answer, Task
from twiceshy.records.stories import Moment, Story, WorkPart
from twiceshy_git.predict.risk.groups.agent_work import AgentWork

TUNE: Final = frozenset({"cli", "agents-md-evaluator", "agentv", "3"})
"""Projects of people whose columns were chosen on."""
HELD: Final = frozenset({"git-sync", "gitsync", "skills", "1"})
CUTS: Final = (0.4, 0.55, 0.7, 0.85, 1.0)
"""Shares of the tasks, in the order of time, up to which is trained and then tested, by the protocol."""
STRENGTH: Final = 10.0
"""Tasks that the rate of all projects counts as, beside a project's own. Guess of 2026-11-23."""
FEWEST: Final = 3
"""Calls of a task of which a third can be asked about, by definition."""
MOMENTS: Final[Mapping[str, Callable[[int], int]]] = {
    "after 10 calls": lambda calls: 10,  # noqa: ARG005  # one form for all moments
    "after 20 calls": lambda calls: 20,  # noqa: ARG005
    "after a third": lambda calls: max(1, calls // 3),
    "after half": lambda calls: max(1, calls // 2),
    "after all": lambda calls: calls,
}
COLUMNS: Final = tuple(one.name for one in AgentWork.columns if one.tier == 5)


class Asked(NamedTuple):
    """One task, and what was known of it at each moment."""

    project: str
    session: bytes
    at: float
    bad: bool
    calls: int
    """Up to the person's next prompt."""
    work: Mapping[str, Sequence[float]]
    """Tier 5's columns, by the moment."""


def main(words: Sequence[str] = ()) -> None:
    if not words:
        print("give the data folder", file=sys.stderr)
        return
    projects = TUNE | HELD if "--held" in words else TUNE
    tasks = sorted(read_tasks(Path(words[0]), projects), key=lambda one: (one.at, one.session))
    rates = dict(zip(map(id, tasks), follow_rates(tasks), strict=True))
    tune = [one for one in tasks if one.project in TUNE]
    tell("chosen on, forward chaining", chain_forward(tune), rates)
    if "--held" in words:
        held = [one for one in tasks if one.project in HELD]
        tell("held back, trained on the others", [(tune, held)], rates)


def read_tasks(home: Path, projects: Collection[str]) -> Iterator[Asked]:
    with Store.open(home, readonly=True) as store:
        for (uid,) in store.connection.execute("SELECT uid FROM session WHERE real = 1 ORDER BY uid").fetchall():
            judged = read_judged_tasks(store, uid)
            if judged is not None and judged.project_name in projects:
                known = [(one, bad) for one in judged.result.tasks if (bad := is_bad(one)) is not None]
                for story in read_stories(store, [uid] if known else []):
                    yield from follow(store, story, known)


def is_bad(task: Task) -> bool | None:
    """Whether a person corrected the task or it was rolled back; None where it changed nothing or nobody knows."""
    if not task.edits:
        return None
    if Answer.YES in {task.corrected.answer, task.rolled_back.answer}:
        return True
    return False if task.corrected.answer == Answer.NO else None


def follow(store: Store, story: Story, known: Sequence[tuple[Task, bool]]) -> Iterator[Asked]:
    """Each task with what was known of it on the way, up to the person's next words."""
    places = {one.step.uid: place for place, one in enumerate(story.moments) if one.step.kind == "prompt"}
    fetched = read_fetched_outputs(store.connection, story.session)
    for task, bad in known:
        start = places.get(task.prompt)
        if start is None or task.started_at is None:
            continue
        rest = range(start + 1, len(story.moments))
        end = next((place for place in rest if story.moments[place].human), len(story.moments))
        told = replace(story, moments=story.moments[:end])
        earlier, calls = (count_calls(some) for some in (story.moments[:start], story.moments[start:end]))
        if calls >= FEWEST:
            cuts = {name: place_of(calls) for name, place_of in MOMENTS.items() if place_of(calls) <= calls}
            parts = {name: cut_after_calls(told, earlier + place, fetched) for name, place in cuts.items()}
            work = {name: describe_work(WorkPart(part, start)) for name, part in parts.items()}
            columns = {name: [some.get(one, math.nan) for one in COLUMNS] for name, some in work.items()}
            yield Asked(story.project_name, story.session, task.started_at.timestamp(), bad, calls, columns)


def count_calls(moments: Sequence[Moment]) -> int:
    return sum(one.step.kind == "call" for one in moments)


def follow_rates(tasks: Sequence[Asked]) -> Iterator[float]:
    """Log-odds of the share of its project's earlier tasks that was bad, shrunk towards that of all."""
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    every = list[bool]()
    for one in tasks:
        usual = (sum(every) + 1) / (len(every) + 2)
        own = seen[one.project]
        share = (sum(own) + STRENGTH * usual) / (len(own) + STRENGTH)
        yield math.log(share / (1 - share))
        own.append(one.bad)
        every.append(one.bad)


def chain_forward(tasks: Sequence[Asked]) -> list[tuple[Sequence[Asked], Sequence[Asked]]]:
    """The tasks before each cut, and those up to the next."""
    places = [int(len(tasks) * cut) for cut in CUTS]
    return [(tasks[:start], tasks[start:end]) for start, end in pairwise(places)]


def tell(part: str, splits: Sequence[tuple[Sequence[Asked], Sequence[Asked]]], rates: Mapping[int, float]) -> None:
    heads = ("tasks, bad", "tier 5's columns", "calls so far", "project's rate", "tier 5, calls and rate")
    print(f"\n| {part} | {' | '.join(heads)} | over calls | over the rate |\n|{'---|' * (len(heads) + 3)}")
    for name, place_of in MOMENTS.items():
        asked = [one for _, tested in splits for one in tested if name in one.work]
        orders = Orders([one.bad for one in asked], [one.session for one in asked])
        calls, rate = [float(place_of(one.calls)) for one in asked], [rates[id(one)] for one in asked]
        alone = learn(splits, name, lambda one: one.work[name])  # noqa: B023  # asked at once
        both = learn(splits, name, lambda one: [*one.work[name], place_of(one.calls), rates[id(one)]])  # noqa: B023
        cells = [f"{len(asked)}, {sum(one.bad for one in asked)}"]
        cells += [say_area(orders, some) for some in (alone, calls, rate, both)]
        print(f"| {name} | {' | '.join(cells)} | {say_gain(orders, both, calls)} | {say_gain(orders, both, rate)} |")


def learn(
    splits: Sequence[tuple[Sequence[Asked], Sequence[Asked]]], name: str, describe: Callable[[Asked], Sequence[float]]
) -> list[float]:
    """What a regression of the tasks before says of each tested one, at a moment."""
    risks = list[float]()
    for before, tested in splits:
        known, asked = ([one for one in some if name in one.work] for some in (before, tested))
        table, rows = scale(np.array([describe(one) for one in known]), np.array([describe(one) for one in asked]))
        risks += answer(fit(table, np.array([one.bad for one in known])), rows).tolist()
    return risks

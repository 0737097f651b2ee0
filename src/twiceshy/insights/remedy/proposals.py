"""Proposals from insights and project facts: each remedy once, the one that saves most first."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from twiceshy.base.plugins import Group, load_plugins
from twiceshy.insights.remedies.allowed_settings import is_allowed_setting, is_package_name
from twiceshy.insights.remedies.forbidden_steps import find_forbidden_step
from twiceshy.records.insights import Insight, Remedy, RemedyKind
from twiceshy.records.project_facts import ProjectFact, ProjectFactKind
from twiceshy.records.suggestions import RemedyProposal
from twiceshy.stats.text.run_counts import say_runs

LINE_KINDS = frozenset({RemedyKind.TEXT, RemedyKind.ASK})
"""Remedies that are a line for a file of instructions."""
_ORDER = tuple(ProjectFactKind)
_FEWEST_SESSIONS = 3
"""Sessions that a fact is from before each later one reads it (guess, 2026-11-22)."""
_MOST_OF_A_KIND = 2
"""Facts of a kind a project: a third way to run the tests is seldom worth its tokens (guess, 2026-11-22)."""


class RemedyMaker(Protocol):
    """A plugin that knows remedies; its entry point names it."""

    def make_remedies(self, insight: Insight) -> Iterable[Remedy]:
        """Yield what else would help against an insight. A line in words of its own is not proposed."""
        ...


REMEDY_MAKERS = Group[RemedyMaker]("twiceshy.remedies", RemedyMaker)


def propose_remedies(insights: Iterable[Insight], facts: Iterable[ProjectFact]) -> list[RemedyProposal]:
    """Return every remedy that may be proposed: of insights in their order, then of facts, how to test first."""
    found = [proposal for insight in insights for proposal in _propose_for_insight(insight)]
    return [*found, *(_propose_fact(fact) for fact in _choose_facts(facts))]


def _choose_facts(facts: Iterable[ProjectFact]) -> Iterator[ProjectFact]:
    """Yield the facts that are worth a line that each session reads, how to test first."""
    told = Counter[tuple[str, ProjectFactKind]]()
    for fact in sorted(facts, key=lambda fact: (_ORDER.index(fact.kind), -fact.sessions)):
        kind = fact.project_identity, fact.kind
        if fact.sessions >= _FEWEST_SESSIONS and told[kind] < _MOST_OF_A_KIND:
            told[kind] += 1
            yield fact


def _propose_for_insight(insight: Insight) -> Iterator[RemedyProposal]:
    """Yield the remedies of one insight; of several lines only the best."""
    lines = 0
    added = [one for maker in load_plugins(REMEDY_MAKERS).found.values() for one in maker.make_remedies(insight)]
    for number, remedy in enumerate((*insight.remedies, *added), 1):
        lines += remedy.kind in LINE_KINDS
        if not _is_fit(remedy) or (remedy.kind in LINE_KINDS and lines > 1):
            continue
        yield RemedyProposal(
            id=insight.id if number == 1 else f"{insight.id}.{number}",
            kind=remedy.kind,
            text=remedy.text,
            evidence=remedy.evidence,
            project=insight.project,
            project_identity=insight.project_identity,
            cases=frozenset(case.session for case in insight.cases),
            setting=remedy.setting,
            package=remedy.package,
        )


def _is_fit(remedy: Remedy) -> bool:
    """Tell whether a setting or a package is one that may be proposed; lines are checked where they are chosen."""
    if remedy.kind in LINE_KINDS:
        return True
    if remedy.kind is RemedyKind.INSTALL:
        return is_package_name(remedy.package) and not find_forbidden_step(remedy.text)
    return remedy.setting is not None and is_allowed_setting(remedy.setting)


def _propose_fact(fact: ProjectFact) -> RemedyProposal:
    """Return the line of a project fact."""
    sessions = f"{fact.sessions} session{'' if fact.sessions == 1 else 's'}"
    counts = say_runs(fact.runs, fact.green, fact.red, fact.n) if fact.runs else f"{fact.n} times"
    return RemedyProposal(
        id=fact.id,
        kind=RemedyKind.TEXT,
        text=fact.says,
        evidence=f"{counts}; {sessions}",
        project=fact.project,
        project_identity=fact.project_identity,
        command=fact.command.strip("`") if fact.runs else "",
    )

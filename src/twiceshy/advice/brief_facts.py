"""How things are done in the project, as lines of a brief: facts and prohibitions with their counts.

They were quoted when they were found, so nothing of a log stands here without its quotes.
"""

from collections.abc import Iterator, Sequence

from twiceshy.advice.brief_words import reads_like_instruction
from twiceshy.records.kept_knowledge import KeptFact, ProjectFactKind
from twiceshy.records.team_knowledge import TeamFact
from twiceshy.stats.text.foreign_names import quote_command, quote_words
from twiceshy.stats.text.run_counts import say_runs

_CALLED = {
    ProjectFactKind.TEST: "Tests",
    ProjectFactKind.LINT: "Lint",
    ProjectFactKind.BUILD: "Build",
    ProjectFactKind.TYPES: "Types",
    ProjectFactKind.FORMAT: "Format",
}
_OTHERS = (ProjectFactKind.FIRST, ProjectFactKind.SERVICE, ProjectFactKind.GENERATED)
"""What else is said as a fact. What is not there, flaky or corrected is said as a trouble, with its counts."""
_MOST_SAID = {ProjectFactKind.GENERATED: 3}
_IN_USE = 0.25
"""Share of the newest sessions that used a form, below which a session does well without it. Guess of 2026-11-22, held
against what sessions did (``docs/benchmarks-advice.md``)."""
_MOST_OF_A_KIND = 2
"""Facts of any other kind. Guess of 2026-11-22: what a task needs; `report facts` has all."""
_LONGEST_TOLD = 200
"""Characters of what a team says of a project (guess, 2026-11-23: its own facts have 60 to 150)."""
_LONGEST = 700
"""Characters of all facts. Guess of 2026-11-22: a third of a brief."""


def write_fact_lines(facts: Sequence[KeptFact], told: Sequence[TeamFact] = ()) -> tuple[str, ...]:
    """Return a project's facts line by line: how things are called, then what else holds.

    ``told``: what a team knows of the project, said where nothing of the kind is known here.
    """
    called = " ".join(_say_called(facts, told))
    lines, size = list[str](), 0
    for line in (called, *_say_others(facts, told)):
        if line and size + len(line) <= _LONGEST:
            lines.append(line)
            size += len(line)
    return tuple(lines)


def _say_called(facts: Sequence[KeptFact], told: Sequence[TeamFact]) -> Iterator[str]:
    """Yield how each thing is called: the form in most use only."""
    used = [one for one in facts if one.command and one.recent >= _IN_USE * one.recent_of]
    for kind, label in _CALLED.items():
        mine = [one for one in used if one.kind is kind][:1]
        yield from _say_own(label, mine) if mine else _say_told(label, [one for one in told if one.kind == kind])


def _say_own(label: str, mine: Sequence[KeptFact]) -> Iterator[str]:
    """Yield how a thing is called here."""
    for fact in mine:
        place = f" in {fact.folder}" if fact.folder else ""
        some = " for some of them" if fact.part else ""
        yield f"{label}: {fact.command}{place}{some} ({say_runs(fact.runs, fact.green, fact.red)}{_say_time(fact)})."


def _say_told(label: str, told: Sequence[TeamFact]) -> Iterator[str]:
    """Yield how a thing is called in the team; others wrote it, so it stands in quotes of ours."""
    for fact in told[:1]:
        if command := quote_command(fact.command.strip("`")):
            yield f"{label}: {command} (used {fact.worked} times by {fact.people} people of your team)."


def _say_time(fact: KeptFact) -> str:
    """Return how long the tests take, in one unit; empty of anything else, or where it is not known."""
    if fact.median_s is None or fact.kind is not ProjectFactKind.TEST:
        return ""
    return f", ~{fact.median_s:.0f} s" if fact.median_s < 90 else f", ~{fact.median_s / 60:.0f} min"


def _say_others(facts: Sequence[KeptFact], told: Sequence[TeamFact]) -> Iterator[str]:
    """Yield the other facts in their own words, those of a team as quotations."""
    for kind in _OTHERS:
        said = [fact.says for fact in facts if fact.kind is kind and fact.says]
        said = said or [
            f"{fact.people} people of your team: {quote_words(fact.says, _LONGEST_TOLD)}."
            for fact in told
            if fact.kind == kind and fact.says and not reads_like_instruction(fact.says)
        ]
        yield from said[: _MOST_SAID.get(kind, _MOST_OF_A_KIND)]

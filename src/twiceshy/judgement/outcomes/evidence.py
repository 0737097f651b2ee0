"""Evidence: what a session's log proves, gathered once: changes, commits, rollbacks, checks, corrections, tasks."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from twiceshy.judgement.outcomes import check_runs
from twiceshy.judgement.outcomes.check_runs import CheckRun
from twiceshy.judgement.outcomes.corrections import counts, find_corrections
from twiceshy.judgement.outcomes.open_ends import ToDoState, trace_todos
from twiceshy.judgement.outcomes.rollbacks import NOT_ROLLED_BACK, ChangeHistory, trace_changes
from twiceshy.judgement.outcomes.session_changes import SessionChange, join_output
from twiceshy.judgement.outcomes.turns import TaskGroup, group_turns, split_turns
from twiceshy.records.outcomes import CallFates, Correction, Rollback
from twiceshy.records.stories import Moment, Story


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of one session."""

    story: Story
    """With the output of commands that were left running beside them, see ``session_changes.join_output``."""
    told: ChangeHistory
    groups: list[TaskGroup]
    """The turns of each task."""
    checked: list[CheckRun]
    corrections: Sequence[Correction]
    """Those that are sure enough to count."""
    spoken: Sequence[tuple[int, Correction]]
    """Those that are about no call, with the index of their moment, in order."""
    places: dict[bytes, int]
    """Index of each moment that is no call, by its uid: of prompts and interrupts."""
    survival: Mapping[bytes, float]
    """Of calls whose lines were found in later commits the share of them that is alive."""
    work_places: list[int]
    """Of ``told.works`` the indexes of their moments, which are in order."""
    check_places: list[int]
    check_at: Mapping[str, int]
    """The same by the hex of their calls' uids."""
    people: list[int]
    """Indexes of the moments in which a person spoke."""
    setbacks: list[int]
    """Indexes of the moments after which work had to be done again, in order: a correction, a refusal, a rollback, red
    checks."""
    acted: int
    """Index of the last call that worked; -1 where none did."""
    rollbacks_of: Mapping[bytes, list[Rollback]]
    """By the call whose work was rolled back."""
    corrections_of: Mapping[bytes, list[Correction]]
    """By the call that they are about."""
    doubted: frozenset[bytes]
    """Calls that a turn may correct, though not surely enough: whether they were corrected is unknown."""
    reverted: Mapping[str, str]
    """Commits that a later commit undid, and that commit; full hashes."""
    todos: Sequence[ToDoState]
    """The agent's list of things to do after each change of it, in order."""

    def works(self, start: int, end: int) -> list[SessionChange]:
        """Return the changes made by moments from ``start`` up to ``end``."""
        return list(self.told.works[bisect_left(self.work_places, start) : bisect_left(self.work_places, end)])

    def checks(self, start: int, end: int) -> list[CheckRun]:
        """Return the checks run by moments from ``start`` up to ``end``."""
        return self.checked[bisect_left(self.check_places, start) : bisect_left(self.check_places, end)]


def gather_evidence(
    story: Story,
    *,
    corrections: Sequence[Correction] | None = None,
    checked: Sequence[CheckRun] | None = None,
    survival: Mapping[bytes, float] | None = None,
    reverted: Mapping[str, str] | None = None,
) -> Evidence:
    """Gather what the story proves; ``corrections`` and ``checked`` are found where they are not given."""
    story = replace(story, moments=join_output(story.moments))
    moments = story.moments
    every = find_corrections(story) if corrections is None else corrections
    corrections = [one for one in every if counts(one)]
    known = trace_changes(story, {one.prompt for one in every})
    checks = check_runs.find_check_runs(moments) if checked is None else list(checked)
    places = _find_places(moments)
    return Evidence(
        story=story,
        told=known,
        groups=group_turns(split_turns(story), {one.prompt for one in every}),
        checked=checks,
        corrections=corrections,
        spoken=_list_spoken(corrections, places),
        places=places,
        survival=survival or {},
        work_places=[work.index for work in known.works],
        check_places=[check.place for check in checks],
        check_at={check.call.hex(): check.place for check in checks},
        people=[index for index, moment in enumerate(moments) if moment.human],
        setbacks=_find_setbacks(moments, corrections, known, checks),
        acted=_find_last_work(moments),
        rollbacks_of=_group_by_call(known.rollbacks),
        corrections_of=_group_by_call(corrections),
        doubted=frozenset(_group_by_call(one for one in every if not counts(one))),
        reverted=reverted or {},
        todos=trace_todos(moments),
    )


def _list_spoken(corrections: Sequence[Correction], places: Mapping[bytes, int]) -> list[tuple[int, Correction]]:
    """Return the corrections of no call, each with the place of its prompt, in order."""
    spoken = ((places.get(one.prompt, -1), one) for one in corrections if not one.calls)
    return sorted(spoken, key=lambda pair: pair[0])


def find_call_fates(facts: Evidence) -> CallFates:
    """Return the calls whose work was corrected or rolled back."""
    gone = (one for one in facts.told.rollbacks if not one.why.endswith(NOT_ROLLED_BACK))
    return CallFates(
        corrected=frozenset(call for one in facts.corrections for call in one.calls),
        rolled_back=frozenset(call for one in gone for call in one.calls),
    )


def _find_places(moments: Sequence[Moment]) -> dict[bytes, int]:
    """Return the index of each moment that is no call."""
    return {moment.step.uid: index for index, moment in enumerate(moments) if moment.step.kind != "call"}


def _find_last_work(moments: Sequence[Moment]) -> int:
    """Return the index of the last call that worked; -1 where none did."""
    worked = (index for index, one in enumerate(moments) if one.step.kind == "call" and not one.step.failure)
    return max(worked, default=-1)


def _find_setbacks(
    moments: Sequence[Moment], corrections: Iterable[Correction], known: ChangeHistory, checked: Iterable[CheckRun]
) -> list[int]:
    """Return the indexes of the moments after which work had to be done again, in order."""
    places = _find_places(moments)
    found = [places[one.prompt] for one in corrections if one.prompt in places]
    found += [known.at[one.by] for one in known.rollbacks]
    found += [check.place for check in checked if not check.green]
    found += [index for index, moment in enumerate(moments) if moment.step.failure == "rejected"]
    return sorted(found)


_About = TypeVar("_About", Rollback, Correction)


def _group_by_call(found: Iterable[_About]) -> dict[bytes, list[_About]]:
    """Return each of these under every call that it is about."""
    calls: dict[bytes, list[_About]] = {}
    for one in found:
        for call in one.calls:
            calls.setdefault(call, []).append(one)
    return calls

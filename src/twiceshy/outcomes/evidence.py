"""Evidence: what a session's log proves, gathered once: changes, commits, rollbacks, checks, corrections, tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from twiceshy.outcomes import checks
from twiceshy.outcomes.checks import Checked
from twiceshy.outcomes.corrections import corrections as find_corrections
from twiceshy.outcomes.rollbacks import Told, told
from twiceshy.outcomes.tasks import Group, tasks
from twiceshy.outcomes.turns import turns
from twiceshy.outcomes.work import joined
from twiceshy.records.outcomes import Correction
from twiceshy.records.story import Story


@dataclass(frozen=True, slots=True)
class Evidence:
    """One session's."""

    story: Story
    """With the output of commands that were left running beside them, see ``work.joined``."""
    told: Told
    groups: list[Group]
    """The turns of each task."""
    checked: list[Checked]
    corrections: Sequence[Correction]
    places: dict[bytes, int]
    """Index of each moment that is no call, by its uid: of prompts and interrupts."""
    survival: Mapping[bytes, float]
    """Of calls whose lines were found in later commits the share of them that is alive."""


def evidence(
    story: Story, *, corrections: Sequence[Correction] | None = None, survival: Mapping[bytes, float] | None = None
) -> Evidence:
    """What the story proves; ``corrections`` are found where they are not given."""
    story = replace(story, moments=joined(story.moments))
    corrections = find_corrections(story) if corrections is None else corrections
    return Evidence(
        story=story,
        told=told(story),
        groups=tasks(turns(story), {correction.prompt for correction in corrections}),
        checked=checks.checked(story.moments),
        corrections=corrections,
        places={moment.step.uid: index for index, moment in enumerate(story.moments) if moment.step.kind != "call"},
        survival=survival or {},
    )

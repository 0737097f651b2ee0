"""Turns: a session cut into turns, each a prompt with all that was done until the next one.

Outcomes are judged a turn at a time: a correction is about the turn before it, a test that is red about the turn that
it ran in. A turn starts with a human's words (also those given while refusing a call, or typed while the agent
worked), a program's prompt or an approved plan. Notifications, slash commands alone, recaps and a subagent's prompt
start none: what follows them is still about what was asked before. Subagents' calls stand where they ran.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from twiceshy.records.events import PromptKind
from twiceshy.records.stories import ChangedFile, Moment, Story

_STARTING_KINDS = frozenset({PromptKind.SDK, PromptKind.PLAN})
"""Kinds of prompt that start a turn though no person wrote them here."""
_WORK_ACTIONS = frozenset({"edit", "write", "run"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One prompt and all that followed it, up to the next."""

    prompt: Moment | None
    """None for what was done before anybody said anything that is in the log."""
    start: int
    """Index of its first moment in ``Story.moments``."""
    end: int
    """Index behind its last."""
    calls: tuple[Moment, ...] = field(repr=False)
    """In order, with those of subagents and those that failed or were refused."""
    replies: tuple[Moment, ...] = field(repr=False)
    interrupts: tuple[Moment, ...] = field(repr=False)

    @property
    def human(self) -> bool:
        """Whether a person's words started it."""
        return self.prompt is not None and self.prompt.human

    @property
    def words(self) -> str:
        """What the prompt says; empty where nothing was said."""
        return "" if self.prompt is None else self.prompt.text

    @property
    def edits(self) -> tuple[Moment, ...]:
        """The calls that changed at least one file."""
        return tuple(call for call in self.calls if call.changed and call.step.failure is None)

    @property
    def refusals(self) -> tuple[Moment, ...]:
        """The calls that the user (or a rule) refused."""
        return tuple(call for call in self.calls if call.step.failure == "rejected")

    @property
    def has_acted(self) -> bool:
        """Whether it edited, wrote or ran something, or wanted to and was refused or stopped."""
        return any(call.changed or call.step.action in _WORK_ACTIONS for call in self.calls)

    @property
    def last_reply(self) -> str:
        """The agent's last words in it; empty where there are none."""
        return self.replies[-1].text if self.replies else ""

    @property
    def changes(self) -> Iterator[tuple[Moment, ChangedFile]]:
        """Each changed file with the call that changed it, in order."""
        return ((call, changed) for call in self.edits for changed in call.changed)


def is_turn_start(moment: Moment) -> bool:
    """Tell whether a turn begins with the moment."""
    step = moment.step
    return step.kind == "prompt" and step.run is None and (moment.human or step.name in _STARTING_KINDS)


def split_turns(story: Story) -> tuple[Turn, ...]:
    """Return the story's turns in order; every moment is in exactly one, so an empty story has none."""
    moments = story.moments
    begins = [index for index, moment in enumerate(moments) if is_turn_start(moment)]
    if moments and (not begins or begins[0] > 0):
        begins.insert(0, 0)
    ends = [*begins[1:], len(moments)]
    return tuple(_build_turn(moments, start, end) for start, end in zip(begins, ends, strict=False) if start < end)


def _build_turn(moments: tuple[Moment, ...], start: int, end: int) -> Turn:
    inside = moments[start:end]
    return Turn(
        prompt=inside[0] if is_turn_start(inside[0]) else None,
        start=start,
        end=end,
        calls=tuple(moment for moment in inside if moment.step.kind == "call"),
        replies=tuple(moment for moment in inside if moment.step.kind == "reply"),
        interrupts=tuple(moment for moment in inside if moment.step.kind == "mark" and moment.step.name == "interrupt"),
    )

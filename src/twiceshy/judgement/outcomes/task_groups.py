"""Task groups: turns put together into tasks: a request with all that only corrects it or goes on with it.

A turn belongs to the task before it when its words correct that work, accept or deliver it ("commit this"), or say
no more than to go on; so do words queued while the agent worked, words of a refusal, and a turn that changed
nothing after a task that did. Any other turn starts a task: two things requested one after the other are two
tasks.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from twiceshy.judgement.outcomes.turn_signs import load_signs
from twiceshy.judgement.outcomes.turns import Turn

_LONGEST_GO_ON = 80
"""Characters of words that only say to go on. Guess of 2026-11-21: longer ones say something of their own."""
_LONGEST_ACCEPTANCE = 160
"""Characters in which an acceptance has no "but". Guess of 2026-11-21."""
_LONGEST_DELIVERY = 240
"""Characters of words that ask for a delivery. Guess of 2026-11-21: longer ones ask for more."""
_DELIVERY_WITHIN = 40
"""Characters in which a delivery is asked for first. Guess of 2026-11-21."""
_BRIEF_DELIVERY = 80
"""Characters of words that ask for nothing else. Guess of 2026-11-21."""


_INTERPOSED = frozenset({"queued", "rejection", "feedback"})


class TurnRole(StrEnum):
    """What a turn's words do to the work before them."""

    NEW = "new"
    GO_ON = "go-on"
    ACCEPTS = "accepts"
    DELIVERS = "delivers"
    CORRECTS = "corrects"


@dataclass(slots=True)
class TaskGroup:
    """The turns of one task."""

    turns: list[Turn] = field(default_factory=list)
    roles: list[TurnRole] = field(default_factory=list)

    @property
    def start(self) -> int:
        """The index of its first moment."""
        return self.turns[0].start

    @property
    def end(self) -> int:
        """The index behind its last moment."""
        return self.turns[-1].end


def _classify_turn(turn: Turn, correcting: Collection[bytes], interposed: frozenset[str]) -> TurnRole:
    """Return what the turn's words do to the work before it; ``correcting`` are the prompts known to correct.

    ``interposed`` are the kinds of prompts that are words into the work.
    """
    if turn.prompt is None or not turn.human:
        return TurnRole.NEW
    if turn.prompt.step.uid in correcting:
        return TurnRole.CORRECTS
    words, signs = turn.words.strip(), load_signs().by_slug
    if len(words) <= _LONGEST_DELIVERY and _asks_for_delivery(words):
        return TurnRole.DELIVERS
    if signs["accepts"].is_in(words) and not signs["but"].is_in(words[:_LONGEST_ACCEPTANCE]):
        return TurnRole.ACCEPTS
    if turn.prompt.step.name in interposed:
        return TurnRole.GO_ON
    return TurnRole.GO_ON if len(words) <= _LONGEST_GO_ON and signs["goes-on"].is_in(words) else TurnRole.NEW


def _asks_for_delivery(words: str) -> bool:
    """Tell whether the delivery is what is asked for: not ruled out, and not the end of another wish."""
    signs = load_signs().by_slug
    found = signs["delivers"].pattern.search(words)
    if found is None or signs["not-delivers"].is_in(words):
        return False
    return found.start() <= _DELIVERY_WITHIN or len(words) <= _BRIEF_DELIVERY


def group_turns(turns: Sequence[Turn], correcting: Collection[bytes] = ()) -> list[TaskGroup]:
    """Return the turns in groups, in order; every turn is in one."""
    groups: list[TaskGroup] = []
    typed = any(turn.prompt is not None and turn.prompt.step.name == "typed" for turn in turns)
    interposed = _INTERPOSED if typed else _INTERPOSED - {"queued"}  # some clients log every prompt as queued
    for turn in turns:
        role = _classify_turn(turn, correcting, interposed)
        if groups and (role is not TurnRole.NEW or _is_idle(groups[-1], turn)):
            groups[-1].turns.append(turn)
            groups[-1].roles.append(role)
        else:
            groups.append(TaskGroup([turn], [role if groups else TurnRole.NEW]))
    return groups


def _is_idle(group: TaskGroup, turn: Turn) -> bool:
    """Tell whether a turn without work of its own follows one with work: a question about it."""
    return not turn.has_acted and any(before.edits for before in group.turns)

"""Task groups: turns put together into tasks: a request with all that only corrects it or goes on with it.

A turn belongs to the task before it when its words correct that work, accept or deliver it ("commit this"), or say
no more than to go on; so do words queued while the agent worked, words of a refusal, and a turn that changed
nothing after a task that did. Any other turn starts a task: two things requested one after the other are two
tasks.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from twiceshy.outcomes.turns import Turn

_LONGEST_GO_ON = 80
_LONGEST_ACCEPTANCE = 160
_LONGEST_DELIVERY = 240
"""Characters. Guesses of 2026-11-21: what is longer says something of its own."""

_GO_ON = re.compile(
    r"\W*(?:yes|yep|yeah|y|ok(?:ay)?|sure|go(?: ahead| on| for it)?|continue|proceed|do (?:it|that|so|both|all)"
    r"|keep going|please (?:do|continue|proceed)|try again|retry|resume|carry on|both|all(?: of them)?|[a-d1-9][.)]?"
    r"|继续|好的?|可以|是的?|oui|ja|weiter|sí|si|continua|vale|はい|続けて|да|продолжай)\b",
    re.IGNORECASE,
)
_ACCEPTED = re.compile(
    r"\W*(?:(?:ok(?:ay)?|yes|yep|cool|awesome|and|hey|so|alright|that'?s|this is|it'?s|all|now|very|really|much)"
    r"[\s,.!]+)*"
    r"(?:thanks(?! to)|thank you|thx|ty\b|great|perfect|nice|awesome|excellent|amazing|brilliant|fantastic|wonderful"
    r"|beautiful|lgtm|looks? (?:good|great|right|fine|perfect)|sounds good|good (?:job|work|stuff|catch)|well done"
    r"|love it"
    r"|(?:it|that|this|everything|all)? ?(?:now )?works(?: now| great| well| fine| perfectly)?\b"
    r"|working(?: now| great| well)|that (?:worked|fixed it|did it)|merci|parfait|danke|perfekt|super|gracias|perfecto"
    r"|谢谢|很好|完美|不错|ありがとう|完璧|спасибо|отлично|obrigado|grazie|perfetto)",
    re.IGNORECASE,
)
_DELIVER = re.compile(
    r"(?:^|[\s,.!])(?:/?(?:git )?commit|push"
    r"|(?:create|open|make|submit|update|raise) (?:a |the |an? draft )?(?:pr|pull request|mr)"
    r"|merge (?:it|this|to|into)|ship it|release|deploy|提交|推送|提交代码|committe|pousse|コミット)\b",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\b(?:but|however|except|although|still|not|n't|doesn'?t|isn'?t|don'?t|instead|wrong|why|fix|error|fails?|broken|revert"
    r"|undo|aber|mais|pero|nicht)\b|但|不过|\?",
    re.IGNORECASE,
)
_DONT = re.compile(
    r"\b(?:don'?t|do not|never|without|before|instead of|not|no)\b[^.!?\n]{0,30}\b(?:commit|push)", re.IGNORECASE
)


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
    says: list[TurnRole] = field(default_factory=list)

    @property
    def start(self) -> int:
        """The index of its first moment."""
        return self.turns[0].start

    @property
    def end(self) -> int:
        """The index behind its last moment."""
        return self.turns[-1].end


def _classify_turn(turn: Turn, correcting: Collection[bytes]) -> TurnRole:
    """Return what the turn's words do to the work before it; ``correcting`` are the prompts known to correct."""
    if turn.prompt is None or not turn.human:
        return TurnRole.NEW
    if turn.prompt.step.uid in correcting:
        return TurnRole.CORRECTS
    words = turn.words.strip()
    if len(words) <= _LONGEST_DELIVERY and _DELIVER.search(words) and not _DONT.search(words) and _is_at_start(words):
        return TurnRole.DELIVERS
    if _ACCEPTED.match(words) and not _BUT.search(words[:_LONGEST_ACCEPTANCE]):
        return TurnRole.ACCEPTS
    if turn.prompt.step.name in {"queued", "rejection"}:
        return TurnRole.GO_ON
    return TurnRole.GO_ON if len(words) <= _LONGEST_GO_ON and _GO_ON.match(words) else TurnRole.NEW


def _is_at_start(words: str) -> bool:
    """Tell whether the delivery is what is asked for, not the end of another wish."""
    found = _DELIVER.search(words)
    return found is not None and (found.start() <= 40 or len(words) <= 80)


def group_turns(turns: Sequence[Turn], correcting: Collection[bytes] = ()) -> list[TaskGroup]:
    """Return the turns in groups, in order; every turn is in one."""
    groups: list[TaskGroup] = []
    for turn in turns:
        said = _classify_turn(turn, correcting)
        if groups and (
            said in {TurnRole.CORRECTS, TurnRole.GO_ON, TurnRole.ACCEPTS, TurnRole.DELIVERS}
            or _is_idle(groups[-1], turn)
        ):
            groups[-1].turns.append(turn)
            groups[-1].says.append(said)
        else:
            groups.append(TaskGroup([turn], [said if groups else TurnRole.NEW]))
    return groups


def _is_idle(group: TaskGroup, turn: Turn) -> bool:
    """Tell whether a turn without work of its own follows one with work: a question about it."""
    return not turn.has_acted and any(before.edits for before in group.turns)

"""What to say of a failure that recurs: the fix that warnings know too, what worked when tried again, or to ask.

To stop, and never to try again, is said only where trying again and other forms failed in the cases themselves.
"""

from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.commands.calls.call_kinds import is_same_call, is_success_of, is_trifle
from twiceshy.insights.kinds.call_shapes import list_next_calls
from twiceshy.insights.kinds.draft import make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS
from twiceshy.insights.remedies.fix_episodes import list_check_kinds
from twiceshy.insights.remedies.fixes import count_fix
from twiceshy.insights.remedies.forbidden_steps import forces_through
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import Remedy
from twiceshy.records.rules import FixKind, ProvenFix

LEAST_WORKED = 1 / 3
"""Share of the cases in which trying again worked, from which that is said and nothing forbids it. Guess of
2026-11-24, of readers who called "stop" wrong where a third worked."""
_LEAST_TRIED = 2
"""Tries from which it is said that they fail. Guess of 2026-11-24: one may be chance."""


class Tries(NamedTuple):
    """What became of the same command after it failed: the next try of each case, where there was one."""

    cases: int
    again: int
    """The same call, with nothing changed in between."""
    again_worked: int
    other: int
    """Another form of it, with nothing changed in between."""
    other_worked: int
    later_worked: int
    """It worked after something else was done."""

    @property
    def failed(self) -> bool:
        """Whether it was tried again, and hardly ever worked."""
        worked = self.again_worked + self.other_worked + self.later_worked
        return self.again + self.other >= _LEAST_TRIED and worked < LEAST_WORKED * self.cases


def count_tries(history: ProjectHistory, places: Sequence[Place]) -> Tries:
    """Return what became of the same command after each of these failures."""
    found = [_find_try(history, place) for place in places]
    return Tries(
        len(places),
        *(sum(one in some for one in found) for some in (_AGAIN, _AGAIN[:1], _OTHER, _OTHER[:1], ["later"])),
    )


_AGAIN, _OTHER = ["again", "again failed"], ["other", "other failed"]


def _find_try(history: ProjectHistory, place: Place) -> str:
    """Return what the next try of a failed command was, and how it went; empty where there was none."""
    failed, changed = history.at(place), False
    for _, one in list_next_calls(history, place, SOON_CALLS):
        if (one.tool, one.head, one.path) != (failed.tool, failed.head, failed.path):
            changed = changed or not is_trifle(one)
        else:
            return _name_try(failed, one, changed=changed)
    return ""


def _name_try(failed: CallAttempt, one: CallAttempt, *, changed: bool) -> str:
    """Return how a try of the same command went; empty where that says nothing of the command."""
    if forces_through(failed.command, one.command):
        return ""
    if changed:
        return "later" if is_success_of(failed, one) else ""
    kind = _AGAIN if is_same_call(failed, one) else _OTHER
    return kind[0] if _has_worked(failed, one) else kind[1]


def _has_worked(failed: CallAttempt, one: CallAttempt) -> bool:
    """Tell whether a try worked; of a check in another form, whether its output says that it ran."""
    spoke = is_same_call(failed, one) or not list_check_kinds(failed) or any(check.said for check in one.checks)
    return one.end is AttemptEnd.WORKED and spoke


def say_tries(name: Quoted, because: str, tries: Tries, *, forms: bool) -> tuple[Remedy, ...]:
    """Return that trying again worked, where it did in enough of the cases.

    ``because``: why it fails, in our words, with what leads them in; may be empty. ``forms``: another form may be what
    helped; where a host did not answer it is only later.
    """
    said = [("the same again", tries.again, tries.again_worked)]
    if forms:
        said.append(("another form of it", tries.other, tries.other_worked))
    for word, n, worked in said:
        if worked and worked >= LEAST_WORKED * tries.cases:
            counts = f"{worked} of {n} times"
            return make_text_remedy(f"When {name} fails{because}, try {word}: that worked {counts}.", counts)
    return ()


def say_fix(name: Quoted, because: str, fix: ProvenFix) -> tuple[Remedy, ...]:
    """Return the sentence of a fix, with how often it worked; empty where it may not be written."""
    words = _WORDS[fix.kind].format(name=name, because=because, told=fix.told, replaced=fix.replaced)
    return make_text_remedy(words, f"worked {count_fix(fix)}")


_WORDS = {
    FixKind.STEP: "When {name} fails{because}, run {told}, then the same call again.",
    FixKind.EDIT: "When {name} fails{because}, look at {told}: after a change there it worked.",
    FixKind.FORM: "When {name} fails{because}, use {told} instead.",
    FixKind.WITHOUT: "When {name} fails{because}, make the same call without {told}.",
    FixKind.WITH: "When {name} fails{because}, make the same call with {told}.",
    FixKind.IN_PLACE: "When {name} fails{because}, make the same call with {told} in place of {replaced}.",
}

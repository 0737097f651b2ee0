"""What did the agent do after it went wrong, and how often did that work?"""

from collections import Counter
from collections.abc import Iterable

from twiceshy.commands.calls.next_calls import is_same_call, is_success_of
from twiceshy.insights.kinds.call_shapes import list_next_calls
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import NextStep


def count_next_steps(history: ProjectHistory, places: Iterable[Place]) -> tuple[NextStep, ...]:
    """Return each class of next step, the commonest first; it worked if the same thing then worked soon."""
    n: Counter[str] = Counter()
    worked: Counter[str] = Counter()
    for place in places:
        failed = history.at(place)
        later = [one for _, one in list_next_calls(history, place, SOON_CALLS)]
        does = _name_step(failed, later[0]) if later else "stopped"
        n[does] += 1
        if does in {"the same again", "another form of it"}:
            worked[does] += later[0].end is AttemptEnd.WORKED
        else:
            worked[does] += any(is_success_of(failed, one) for one in later)
    return tuple(NextStep(does, many, worked[does]) for does, many in n.most_common())


def _name_step(failed: CallAttempt, then: CallAttempt) -> str:
    """Return the class of what followed."""
    if is_same_call(failed, then):
        return "the same again"
    if then.action == failed.action and (then.tool, then.head, then.path) == (failed.tool, failed.head, failed.path):
        return "another form of it"
    if then.action in {"edit", "write"}:
        return "an edit"
    return "another command" if then.action == "run" else "a look"

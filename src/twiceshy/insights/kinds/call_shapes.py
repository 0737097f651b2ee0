"""Which calls of a history are asked for, which follow one, and what does each command check most?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from twiceshy.commands.calls.call_kinds import find_next_calls, is_same_call, is_success_of
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import NextStep


def find_check_kinds(history: ProjectHistory) -> dict[str, str]:
    """Return by head what a command checks most: ``test``, ``build``, ``types`` or ``lint``."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for session in history.sessions:
        for one in session.attempts:
            if one.checks and one.head:
                seen[one.head].update(check.kind for check in one.checks)
    return {head: kinds.most_common(1)[0][0] for head, kinds in seen.items()}


def list_calls(history: ProjectHistory, wanted: Callable[[CallAttempt], bool]) -> list[tuple[Place, CallAttempt]]:
    """Return the wanted calls with their places, in order; prompts are no calls."""
    return [
        (Place(number, index), one)
        for number, session in enumerate(history.sessions)
        for index, one in enumerate(session.attempts)
        if one.action != "prompt" and wanted(one)
    ]


def list_next_calls(history: ProjectHistory, place: Place, most: int) -> list[tuple[int, CallAttempt]]:
    """Return up to ``most`` calls of the same dialogue that follow, with their index; a prompt does not end them."""
    return find_next_calls(history.sessions[place.session].attempts, place.number, most)


# What did the agent do after it went wrong, and how often did that work?


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

"""Which calls of a history are asked for, which follow one, and what does each command check most?"""

from collections import Counter, defaultdict
from collections.abc import Callable

from twiceshy.commands.calls.next_calls import find_next_calls
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import CallAttempt


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

"""Which calls follow one in its dialogue, and did one of them do the same thing?"""

from collections.abc import Sequence

from twiceshy.records.attempts import AttemptEnd, CallAttempt


def find_next_calls(
    attempts: Sequence[CallAttempt], number: int, most: int, end: int | None = None
) -> list[tuple[int, CallAttempt]]:
    """Return up to ``most`` calls of the same dialogue that follow, with their index; a prompt does not end them.

    ``end``: the index of the first that is not looked at.
    """
    run, found = attempts[number].subagent, list[tuple[int, CallAttempt]]()
    for index in range(number + 1, len(attempts) if end is None else end):
        one = attempts[index]
        if one.action != "prompt" and one.subagent == run:
            found.append((index, one))
            if len(found) == most:
                break
    return found


def is_same_call(one: CallAttempt, other: CallAttempt) -> bool:
    """Tell whether two calls are the same to the letter."""
    return one.action == other.action == "run" and one.command == other.command and one.folder == other.folder


def is_success_of(failed: CallAttempt, one: CallAttempt) -> bool:
    """Tell whether a call did what another one failed to do: the same program and subcommand, with success."""
    same = (one.tool, one.head, one.path) == (failed.tool, failed.head, failed.path)
    return same and one.end is AttemptEnd.WORKED

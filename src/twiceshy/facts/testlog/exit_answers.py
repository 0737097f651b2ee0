"""Whether exit status 1 of a command is an answer ("nothing found", "they differ") and not a failure.

POSIX gives grep, diff, cmp and test the statuses 0 and 1 for their two answers and a greater one for trouble. Some
agents know this and log no error, others log every status but 0 as one. Their failure rates can be compared only if
both are judged alike.
"""

from twiceshy.facts.shell import command_heads

_FINDERS = frozenset({"grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "git grep", "pgrep", "test", "[", "which"})
"""Status 1 without a word means: no."""
_COMPARERS = frozenset({"diff", "cmp", "git diff"})
"""Status 1 means: they differ, and the output says how."""


def is_answer(command: str, exit_code: int | None, output: str) -> bool:
    """Tell whether the command's end means "no" and nothing went wrong; its last part decides the status.

    >>> is_answer("cd src && rg -n 'def total'", 1, "")
    True
    >>> is_answer("grep -n x missing.py", 2, "grep: missing.py: No such file or directory")
    False
    >>> is_answer("pytest -q", 1, "")
    False
    """
    if exit_code != 1:
        return False
    heads = command_heads.command_names(command)
    last = heads[-1] if heads else ""
    return last in _COMPARERS or (last in _FINDERS and not output.removeprefix("Exit code 1").strip())

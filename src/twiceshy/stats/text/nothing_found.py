"""What is said where no line of advice was found: what was looked at, in the same words in the terminal and on a page.

It never says that nothing happened: a table of mistakes that came again may stand below it, none of them often enough
in one project for a line of advice.
"""

_FEW_SESSIONS = 30
"""Sessions below which there is little to find. Guess of 2026-11-22."""


def say_nothing_found(sessions: int, projects: int) -> str:
    """Return the sentences.

    >>> say_nothing_found(41, 3).partition(". ")[2]
    'Looked at: 41 sessions of 3 projects, for failures, retries, cut runs, hidden failures and corrections.'
    """
    looked = (
        "No advice yet: no mistake came often enough in one project to be worth a line. Looked at: "
        f"{_count(sessions, 'session')} of {_count(projects, 'project')}, for failures, retries, cut runs, hidden "
        "failures and corrections."
    )
    return f"{looked} Some dozens of sessions in one project will show more." if sessions < _FEW_SESSIONS else looked


def _count(many: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{many:,} {noun}{'' if many == 1 else 's'}"

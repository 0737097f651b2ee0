"""How often was a command run, and with which answer: the same words on every screen, in lines and in briefs.

A run that is red ran as well as a green one, so "worked" is not said of either; of what only ran it is said that it was
used.
"""


def say_runs(runs: int, green: int, red: int, calls: int = 0) -> str:
    """Return the counts in words; ``calls``: all calls, of which some may not have begun.

    >>> say_runs(66, 25, 41), say_runs(7, 4, 1, 9), say_runs(3, 0, 0)
    ('66 runs: 25 green, 41 red', '7 runs: 4 green, 1 red, 2 not known; 2 did not start', 'used 3 times')
    """
    if green or red:
        unknown = runs - green - red
        said = f"{_count(runs, 'run')}: {green} green, {red} red{f', {unknown} not known' if unknown else ''}"
    else:
        said = f"used {_count(runs, 'time')}"
    return f"{said}; {calls - runs} did not start" if calls > runs else said


def _count(many: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{many:,} {noun}{'' if many == 1 else 's'}"

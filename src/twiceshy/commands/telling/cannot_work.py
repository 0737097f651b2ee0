"""Does an error say that the call itself cannot work, whatever the state of the work: what it names is not there?"""

import re

_CANNOT = re.compile(
    r"command not found|no module named|modulenotfounderror|not installed|script not found|missing script"
    r"|unrecogni[sz]ed (?:sub)?(?:command|argument|option)|unexpected argument|illegal option|flag provided but not"
    r"|unknown (?:sub)?(?:option|command|flag|skill|tool|shorthand|agent|argument|target|task)"
    r"|invalid (?:sub)?(?:option|choice|command)|no such (?:sub)?(?:option|command)"
    r"|could not determine executable|is not a \S+ command|cannot find (?:module|package)|couldn't find a script"
    r"|no rule to make target|agent type .{0,60} not found|has no (?:sub)?command|: not found\Z|no task named",
    re.IGNORECASE,
)
"""Words of shells, argument parsers, package managers and agents, written down on 2026-11-22 from their sources'
messages as known; no list of programs."""
_LONGEST = 2_000
"""Characters of an error that are searched. Guess of 2026-11-22."""


def says_cannot_work(message: str) -> bool:
    """Tell whether an error says so.

    >>> says_cannot_work("error: unrecognized subcommand 'bun'"), says_cannot_work("AssertionError: 1 != 2")
    (True, False)
    """
    return _CANNOT.search(message[:_LONGEST]) is not None

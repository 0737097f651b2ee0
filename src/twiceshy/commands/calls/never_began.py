"""Did a failed call begin its work at all? A red test run did; one with an unknown option did not."""

import re

from twiceshy.records.attempts import AttemptEnd, CallAttempt

_NEVER_BEGAN = re.compile(
    r"command not found|: not found\Z|not recognized as an internal|No such file or directory: '?[\w./-]+'?\Z"
    r"|: No such file or directory\Z|no such file or directory: [\w./-]+\Z|can't open file|Permission denied\Z"
    r"|unrecogni[sz]ed (?:arguments?|option|subcommand|command)"
    r"|[Uu]nknown (?:command|option|argument|flag|task|shorthand)"
    r"|no such (?:option|command|task|subcommand)|invalid (?:choice|option)|flag provided but not defined"
    r"|(?i:missing script|script not found|no tasks? \S+ found|no rule to make target)|\A[Uu]sage:"
    r"|No module named '?(?:pytest|mypy|ruff|flake8|black|tox|nox|django\.test|unittest|xdist)\b"
    r"|could not determine executable|module is not installed|config(?:uration)? (?:file )?(?:was )?not found"
    r"|No configuration file|(?:file or directory|path) not found|go\.mod file not found|no Go files in"
    r"|Could not find (?:a )?(?:package\.json|pyproject|Cargo\.toml)|could not find `Cargo\.toml`|not trusted"
    r"|UNSUPPORTED_ENGINE|Unsupported engine|engine \"\w+\" is incompatible|Cannot find module 'node:"
    r"|not a valid statement separator|ParserError:|does not contain main module"
)
"""The line that says what is wrong, where the program did not begin its work."""


def never_began(attempt: CallAttempt) -> bool:
    """Tell whether a failed call did not begin its work: its message says so."""
    return attempt.end is AttemptEnd.FAILED and _NEVER_BEGAN.search(attempt.message) is not None

"""Which program wrote a line of output: the shell, a program by its name, or something else."""

import re

from twiceshy.lessons.tool_calls import ToolInvocation

SHELL_SAYS = re.compile(
    r"^(?:/\S*/)?(?P<shell>bash|zsh|sh|dash|fish|\(eval\))(?::(?: line)? ?\d+)?: ?(?:-c: )?(?:line \d+: )?"
)
SHELL_WORDS = re.compile(
    r"no matches found|syntax error|parse error|unmatched|unexpected EOF|bad substitution|bad pattern"
)
PROGRAM_SAYS = re.compile(r"^(?:/\S*/)?(?P<program>[\w.+-]{1,40}): ")
_COMPLAINT = re.compile(
    r"no such file|cannot|can't|invalid|illegal|unknown|unrecogni|not found|is a directory", re.IGNORECASE
)
_ENDS = 3
"""Lines at either end of an output (guess, 2026-11-21)."""


def extract_complaints(call: ToolInvocation, output: str) -> str:
    """Return the lines, at either end of the output, in which the line's own commands report an error."""
    lines = output.splitlines()
    ends = lines if len(lines) <= 2 * _ENDS else [*lines[:_ENDS], *lines[-_ENDS:]]
    ours = {part.program for part in call.parts}
    found = []
    for line in ends:
        speaker = PROGRAM_SAYS.match(line)
        if SHELL_SAYS.match(line) or (speaker and speaker["program"] in ours and _COMPLAINT.search(line)):
            found.append(line)
    return "\n".join(found)

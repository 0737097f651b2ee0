"""Who speaks in a line of output: the shell, a program by its name, or somebody else."""

import re

from twiceshy.lessons.calls import Call

SHELL_SAYS = re.compile(
    r"^(?:/\S*/)?(?P<shell>bash|zsh|sh|dash|fish|\(eval\))(?::(?: line)? ?\d+)?: ?(?:-c: )?(?:line \d+: )?"
)
SHELL_WORDS = re.compile(
    r"no matches found|syntax error|parse error|unmatched|unexpected EOF|bad substitution|bad pattern"
)
PROGRAM_SAYS = re.compile(r"^(?:/\S*/)?(?P<program>[\w.+-]{1,40}): ")
COMPLAINT = re.compile(
    r"no such file|cannot|can't|invalid|illegal|unknown|unrecogni|not found|is a directory", re.IGNORECASE
)
ENDS = 3
"""Lines at either end of an output (guess)."""


def complaints(call: Call, output: str) -> str:
    """What the commands of a line complain of in their own names, at either end of its output."""
    lines = output.splitlines()
    ends = lines if len(lines) <= 2 * ENDS else [*lines[:ENDS], *lines[-ENDS:]]
    ours = {part.program for part in call.parts}
    found = []
    for line in ends:
        speaker = PROGRAM_SAYS.match(line)
        if SHELL_SAYS.match(line) or (speaker and speaker["program"] in ours and COMPLAINT.search(line)):
            found.append(line)
    return "\n".join(found)

"""Silent tools under a script runner: ``$ tsc --noEmit`` and then nothing means that all is well.

npm, bun and husky print each command before they run it, and stop at the first that fails. So a tool that says nothing
on success is green when its echo is followed by another echo, by the end of a run that is over, or by git's word on
the commit.
"""

import re
from collections.abc import Iterator

from twiceshy.commands.testlog import status_verdicts
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.records.findings import CheckKind

_ECHO = re.compile(r"(?:\$|>) (\S.{1,300})\Z")
_NEXT = re.compile(r"(?:\$|>) \S|\[[^\]\n]{1,200} [0-9a-f]{7,12}\] |\Z")
"""What may follow: another echo (a package's name among them), a commit, the end."""
_AHEAD = 200
"""Characters in which it must stand (guess, 2026-11-21)."""


def find_silent_tools(log: CommandOutput) -> Iterator[tuple[str, CheckKind]]:
    """Yield the tools whose echo is followed by nothing of theirs."""
    if log.cut_end or log.cut_start or log.picked:
        return
    for mark in ("$ ", "> "):
        for hit, line in log.match_lines(mark, _ECHO):
            rest = log.text[line.end : line.end + _AHEAD].lstrip()
            goes_on = _NEXT.match(rest) and (rest or log.ended)
            tool = status_verdicts.find_silent_tool(hit.group(1).split("&&")[-1].strip()) if goes_on else None
            if tool:
                yield tool.tool, tool.kind

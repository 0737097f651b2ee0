"""Silent tools under a script runner: ``$ tsc --noEmit`` and then nothing means that all is well.

npm, bun and husky print each command before they run it, and stop at the first that fails. So a tool that says nothing
on success is green when its echo is followed by another echo, by the end of a run that is over, or by git's word on
the commit.
"""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog import status
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Kind

ECHO = re.compile(r"(?:\$|>) (\S.{1,300})\Z")
NEXT = re.compile(r"(?:\$|>) \S|\[[^\]\n]{1,200} [0-9a-f]{7,12}\] |\Z")
"""What may follow: another echo (a package's name among them), a commit, the end."""
AHEAD = 200
"""Characters in which it must stand (guess)."""


def silent(log: Log) -> Iterator[tuple[str, Kind]]:
    """Tools whose echo is followed by nothing of theirs."""
    if log.cut_end or log.picked:
        return
    for mark in ("$ ", "> "):
        for hit, line in log.found(mark, ECHO):
            rest = log.text[line.end : line.end + AHEAD].lstrip()
            if not NEXT.match(rest) or (not rest and not log.ended):
                continue
            commands = [part.strip() for part in hit.group(1).split("&&")]
            if tool := status.silent_worker(commands[-1]):
                yield tool

"""Mute a lesson in the patterns of programs too: what `@learned` says of a tool has no id of the lesson's.

A pattern is of the lesson where it is about the lesson's tool and its regex is in what one of the failures said.
"""

from collections.abc import Collection

from twiceshy.config import Config
from twiceshy.lessons.pattern_file import read, write
from twiceshy.lessons.pattern_matching import MUTED, Pattern, matches_error
from twiceshy.store import program_notes


def mute_patterns(config: Config, tool: str, messages: Collection[str], *, muted: bool) -> int:
    """Mute the patterns of a lesson about a tool, or let them warn again; return how many changed.

    Raises:
        StoreBusy: another program holds the patterns for too long.
        ValueError: the file of patterns is damaged; it is left as it is.
    """
    path = program_notes.folder_of(config) / program_notes.PATTERNS
    if not path.exists():
        return 0
    with program_notes.lock_patterns(config.home):
        known = read(path)
        changed = [one for one in known if bool(one.get(MUTED)) != muted and _is_of(one, tool, messages)]
        for one in changed:
            one[MUTED] = muted
        if changed:
            write(path, known)
    return len(changed)


def _is_of(one: Pattern, tool: str, messages: Collection[str]) -> bool:
    """Tell whether a pattern is about the tool and these failures."""
    return str(one["tool"]).lower() == tool and any(matches_error(one, message) for message in messages)

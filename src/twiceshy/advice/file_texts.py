"""The texts of files as a session left them, as far as its log shows, and whether an edit's old text matches them.

A live check would look at the file itself; a replay only knows what was read and edited before. Where a command that
changes files was run since, it knows less, and says so.
"""

import re
from collections.abc import Mapping, Sequence

_CHANGES = re.compile(
    r"\b(?:fmt|format|prettier|black|ruff|sed\s+-i|perl|patch|tee|lint|fix|git\s+"
    r"(?:checkout|merge|rebase|stash|reset|pull|restore|apply|cherry-pick|revert|switch))\b|>\s*[\w/.]"
)
"""Commands that may change files (guess from the first half of the logs)."""
_NUMBERED = re.compile(r"^\s*\d+(?:\u2192|\t)(.*)$")
_OLD_NAMES, _NEW_NAMES = ("old_string", "oldText"), ("new_string", "newText")


def _find_text(given: Mapping[str, object], names: Sequence[str]) -> str | None:
    """Return the first of these inputs that is a text; None where none is."""
    return next((value for name in names if isinstance(value := given.get(name), str)), None)


class FileTexts:
    """The known texts of files."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.doubtful: set[str] = set()

    def fits(self, path: str, given: Mapping[str, object]) -> str | None:
        """Return how an old text fits: ``once``, ``absent``, ``twice``, ``same``; None where it is unknown.

        >>> texts = FileTexts()
        >>> texts.read("a", "x = 1")
        >>> texts.fits("a", {"old_string": "x = 2", "new_string": "y"})
        'absent'
        """
        old, new = _find_text(given, _OLD_NAMES), _find_text(given, _NEW_NAMES)
        if not old:
            return None
        if old == new:
            return "same"
        if path not in self.text:
            return None
        times = self.text[path].count(old)
        fit = "absent" if times == 0 else "once" if times == 1 or given.get("replace_all") else "twice"
        return f"{fit}, doubtful" if path in self.doubtful else fit

    def note_command(self, command: str) -> None:
        """Note that a command was run; where it may have changed files, all known texts become doubtful."""
        if _CHANGES.search(command):
            self.doubtful.update(self.text)

    def read(self, path: str, shown: str) -> None:
        """Note that the whole file was shown."""
        rows = [_NUMBERED.match(line) for line in shown.split("\n")]
        lines = [row.group(1) for row in rows if row is not None]
        self.text[path] = "\n".join(lines) if len(lines) * 2 > len(rows) else shown
        self.doubtful.discard(path)

    def note_edit(self, path: str, given: Mapping[str, object], after: Sequence[tuple[str, str]]) -> None:
        """Note that a file was edited or written with success."""
        for changed, text in after:
            self.text[changed] = text
            self.doubtful.discard(changed)
        if after:
            return
        old, new, whole = _find_text(given, _OLD_NAMES), _find_text(given, _NEW_NAMES), given.get("content")
        if isinstance(whole, str):
            self.text[path] = whole
            self.doubtful.discard(path)
        elif old and new is not None and path in self.text:
            self.text[path] = self.text[path].replace(old, new, -1 if given.get("replace_all") else 1)

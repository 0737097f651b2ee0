"""In which folder did each command of a session begin: given with its call, or where the shell stood by then?

Some agents keep one shell, so that a ``cd`` of an earlier call holds; others begin each command anew. Where an agent
is not known to do either, a ``cd`` makes the folders of all that follows unknown: what is said of a wrong folder costs
more than what is not said. A path below the session's folder is given relative to it, in whichever of a drive's
spellings it was logged.
"""

import re

from twiceshy.commands.keys.folder_spelling import find_below
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.commands.shell.shell_writes import find_writes
from twiceshy.records.attempts import UNKNOWN_FOLDER
from twiceshy.records.stories import Moment

_MOVES = re.compile(r"(?i)(?:^|[\s;&|({])(?:(cd|pushd|popd)|chdir|sl|(?:set|push|pop)-location)(?:$|[\s;&|)])")
_CHANGE = re.compile(r"""\s*cd\s+(?:"([^"$`]+)"|'([^']+)'|([^\s;&|"'$`]+))\s*(?:&&|;|\n)\s*""")
"""A change of folder before the command itself."""
_RESET = re.compile(r"^Shell cwd was reset to (.{1,300})$", re.MULTILINE)
_NEW_SHELL_S = 1_800.0
"""Seconds without a call after which a client may have been closed and begun anew, with a shell of its own. Guess of
2026-11-24; with it 43 of 8,790 commands whose log names the folder were placed wrongly, and 52 not at all."""
_IN_BACKGROUND = re.compile(r"\ACommand [^\n]{0,60}background|running in background with ID")
"""What comes back at once of a command in a shell of its own."""


class ShellFolders:
    """Where the shell of a session stands, from command to command."""

    def __init__(self, root: str, *, keeps: bool | None) -> None:
        """Start in the session's folder, empty where it is not known; ``keeps``: see ``AgentTraits.keeps_folder``."""
        self.root = make_absolute(root, "") if root else ""
        self.keeps = keeps
        self.folder: str | None = self.root
        """Where the next command of the main dialogue begins; None where that is not known."""
        self.last_at: float | None = None

    def follow(self, moment: Moment, folder: str) -> str:
        """Return the folder of a command, and note where the next one begins.

        Args:
            moment: the call, with what came back.
            folder: where its line changes to before it does anything (``split_folder``); empty: nowhere.
        """
        own = moment.step.run is None
        self._forget_old_shell(moment)
        begins = self._begin(moment, own=own)
        if own and self.keeps is not False and not moment.folder:
            self._move(moment)
        if begins is None and not folder.startswith("/"):
            return UNKNOWN_FOLDER
        if folder.startswith("~"):
            return folder
        return self._spell(make_absolute(folder, begins or self.root) if folder else begins or "")

    def _forget_old_shell(self, moment: Moment) -> None:
        """Forget where the shell stood after a long pause: it may be another one by now."""
        at = moment.step.at
        if at is not None and self.last_at is not None and at - self.last_at > _NEW_SHELL_S:
            self.folder = self.root if self.folder == self.root else None
        self.last_at = at if at is not None else self.last_at

    def _begin(self, moment: Moment, *, own: bool) -> str | None:
        """Return where a command begins; None where that is not known."""
        if moment.folder:
            return make_absolute(moment.folder, self.root)
        if own or self.keeps is False:
            return self.folder
        return self.root if self.folder == self.root else None  # a subagent begins where the session stood then

    def _move(self, moment: Moment) -> None:
        """Note where a command leaves the shell."""
        if hits := _RESET.findall(moment.text):
            self.folder = make_absolute(hits[-1].strip(), self.root)
        elif _MOVES.search(moment.line) and not _IN_BACKGROUND.search(moment.text[:400]):
            self.folder = self._find_end(moment) if self.keeps else None

    def _find_end(self, moment: Moment) -> str | None:
        """Return where a command that changes the folder leaves the shell; None where that is not known.

        A client that keeps the folder notes it behind ``&&``: a line that failed leaves it as it was (seen in
        the folders that such logs name, 2026-11-24).
        """
        if moment.step.failure is not None:
            return self.folder
        if not all(_MOVES.findall(moment.line)):
            return None  # PowerShell's own words are not followed
        ends = find_writes(moment.line).folder
        if ends is None or (self.folder is None and not ends.startswith("/")):
            return None
        return make_absolute(ends, self.folder or "") if ends else self.folder

    def _spell(self, folder: str) -> str:
        """Return a folder relative to the session's, where it lies below it."""
        below = find_below(folder, self.root)
        return folder if below is None else below


def split_folder(command: str) -> tuple[str, str]:
    """Return where a line changes to before it does anything, and the rest of it.

    >>> split_folder("cd web && cd src; npm test")
    ('web/src', 'npm test')
    >>> split_folder("cd $HOME && ls")
    ('', 'cd $HOME && ls')
    """
    folder = ""
    while (found := _CHANGE.match(command)) and found.end() < len(command):
        to = found[1] or found[2] or found[3]
        folder = to if to.startswith(("/", "~")) or not folder else f"{folder}/{to}"
        command = command[found.end() :]
    return folder, command.strip()

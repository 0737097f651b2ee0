"""Which calls did a session make, how did each end, and what did its checks say: a story, cut to what insights need.

A story holds whole outputs, and reading all stories takes a minute; these are a few bytes a call. So insights and
project facts of any scope are counted in a second, and always from the same rows.
"""

import re
from collections.abc import Iterator, Sequence
from math import isfinite

from twiceshy.commands.keys.gate_keys import make_absolute, make_relative
from twiceshy.commands.keys.work_trees import find_below
from twiceshy.commands.shell.shell_writes import find_writes
from twiceshy.judgement.outcomes.check_runs import CheckRun
from twiceshy.records.attempts import UNKNOWN_FOLDER, AttemptCheck, AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.stories import Moment, Story

# In which folder did each command of a session begin: given with its call, or where the shell stood by then?
#
# Some agents keep one shell, so that a ``cd`` of an earlier call holds; others begin each command anew. Where an agent
# is not known to do either, a ``cd`` makes the folders of all that follows unknown: what is said of a wrong folder
# costs more than what is not said. A path below the session's folder is given relative to it, in whichever of a drive's
# spellings it was logged.

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


VERSION = 6
LONGEST_COMMAND = 300
"""Characters of a command line. Guess of 2026-11-22: what tells two commands apart stands in them."""
_ENDED_OUTSIDE = frozenset({124, 130, 137, 143})
"""Exit statuses: 124 is ``timeout``'s own, 128 + n is signal n (INT, KILL, TERM)."""
_CUT = re.compile(
    r"\A(?:Command timed out|.{0,40}\btimed out after \d|The last command .*timed out and has been killed)", re.DOTALL
)
"""A message of the agent that its own time limit ended the command."""
_REFUSED_BY_HOOK = re.compile(
    r"^husky - [\w-]{1,40} (?:script|hook) failed \(code|^error: failed to push some refs", re.MULTILINE
)
"""What ends the output of a commit or push that was refused, though a wrapper answered 0."""
_FAILURES = {"rejected": AttemptEnd.REFUSED, "dismissed": AttemptEnd.REFUSED, "interrupted": AttemptEnd.STOPPED}


def list_attempts(
    story: Story, checked: Sequence[CheckRun], asks: tuple[str, ...] = (), *, keeps_folder: bool | None = None
) -> SessionAttempts:
    """Return the session's calls and human prompts in order; ``checked`` are its checks, by place in ``moments``.

    ``asks``: how the input of a call begins for which the agent asks for more rights. ``keeps_folder``: a command
    begins where the last one ended; None: nobody knows.
    """
    checks = {one.call: one for one in checked}
    return SessionAttempts(
        session=story.session,
        project=story.project,
        project_name=story.project_name,
        agent=story.agent,
        model=story.model,
        first_at=story.first_at.timestamp() if story.first_at else None,
        last_at=story.last_at.timestamp() if story.last_at else None,
        attempts=tuple(_list_moments(story.moments, checks, ShellFolders(story.cwd or "", keeps=keeps_folder), asks)),
        cwd=make_absolute(story.cwd, "") if story.cwd else "",
    )


def _list_moments(
    moments: Sequence[Moment], checks: dict[bytes, CheckRun], folders: ShellFolders, asks: tuple[str, ...]
) -> list[CallAttempt]:
    """Return the calls and a person's prompts, in order."""
    found = []
    for moment in moments:
        step = moment.step
        if step.kind == "prompt" and moment.human:
            found.append(CallAttempt(uid=step.uid, action="prompt", at=step.at))
        elif step.kind == "call" and step.action != "wait" and step.failure != "cascade":
            made = _make_attempt(moment, checks.get(step.uid), folders)
            found.append(made._replace(asked=True) if asks and moment.input.startswith(asks) else made)
    return found


def _make_attempt(moment: Moment, check: CheckRun | None, folders: ShellFolders) -> CallAttempt:
    """Return one call as an attempt."""
    step = moment.step
    folder, command = "", ""
    if step.action == "run":
        to, command = split_folder(moment.command)
        folder = folders.follow(moment, to)
    read = tuple(_list_checks(check, moment.text)) if check else ()
    return CallAttempt(
        uid=step.uid,
        action=step.action,
        end=_find_end(moment, read),
        at=step.at,
        seconds=_find_seconds(step.at, step.done_at),
        tool=step.name,
        command=command[:LONGEST_COMMAND],
        head=(step.head or "") if step.action == "run" else "",
        folder=folder,
        path=make_relative(make_absolute(step.path, folders.root), folders.root) if step.path else "",
        fingerprint=step.fingerprint or b"",
        message=(step.message or "") if step.failure else "",
        checks=read,
        subagent=step.run.hex() if step.run else "",
        exit_code=moment.exit_code,
        size=step.size,
    )


def _list_checks(check: CheckRun, output: str) -> Iterator[AttemptCheck]:
    """Yield what each tool said, and whether its output said so."""
    spoke = bool(output.strip())
    for one in check.verdicts:
        yield AttemptCheck(one.tool, one.kind, one.green, spoke and one.by != "status")


def _find_end(moment: Moment, checks: Sequence[AttemptCheck]) -> AttemptEnd:
    """Return how a call ended."""
    step = moment.step
    if step.failure in _FAILURES:
        return _FAILURES[step.failure]
    if step.failure is not None:
        outside = moment.exit_code in _ENDED_OUTSIDE or _CUT.match(step.message or "")
        return AttemptEnd.STOPPED if step.action == "run" and outside else AttemptEnd.FAILED
    return AttemptEnd.WORKED if step.action != "run" else _find_quiet_end(moment, checks)


def _find_quiet_end(moment: Moment, checks: Sequence[AttemptCheck]) -> AttemptEnd:
    """Return how a command ended of which the agent was not told that it failed."""
    red = any(not one.green for one in checks)
    if moment.step.masked:
        return AttemptEnd.HIDDEN if red else AttemptEnd.WORKED if checks else AttemptEnd.UNSEEN
    if not red or (moment.exit_code is not None and not _REFUSED_BY_HOOK.search(moment.text, len(moment.text) - 400)):
        return AttemptEnd.WORKED
    return AttemptEnd.FAILED if moment.exit_code is None else AttemptEnd.HIDDEN


def _find_seconds(began: float | None, ended: float | None) -> float | None:
    """Return the seconds between both; None where one is unknown or the clock went back."""
    if began is None or ended is None or not isfinite(ended - began):
        return None
    return round(ended - began, 1) if ended >= began else None

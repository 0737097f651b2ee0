"""Which calls did a session make, how did each end, and what did its checks say: a story, cut to what insights need.

A story holds whole outputs, and reading all stories takes a minute; these are a few bytes a call. So insights and
project facts of any scope are counted in a second, and always from the same rows.
"""

import re
from collections.abc import Iterator, Sequence
from math import isfinite

from twiceshy.commands.keys.gate_keys import make_absolute, make_relative
from twiceshy.judgement.outcomes.check_runs import CheckRun
from twiceshy.judgement.outcomes.shell_folders import ShellFolders, split_folder
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.stories import Moment, Story

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

"""What a call does for the work: looks, changes files, checks, delivers.

A command is named by its head alone, so that a few hundred names are told apart once, whatever stood behind them.
"""

from functools import lru_cache
from typing import Final

from twiceshy.commands.calls.call_kinds import is_look
from twiceshy.commands.testlog.status_verdicts import find_tools
from twiceshy.records.attempts import CallAttempt
from twiceshy.records.events import Action
from twiceshy.records.spend import Work

_WORK: Final = {
    Action.READ: Work.LOOK,
    Action.SEARCH: Work.LOOK,
    Action.WEB: Work.LOOK,
    Action.EDIT: Work.EDIT,
    Action.WRITE: Work.EDIT,
    Action.DELEGATE: Work.DELEGATE,
    Action.PLAN: Work.PLAN,
    Action.ASK: Work.TALK,
    Action.WAIT: Work.WAIT,
}
_DELIVERERS = frozenset({"git", "gh", "glab", "hub", "jj", "hg"})
"""Programs that commit, push and review, where they do not only look. List of 2026-11-25."""
_WAITERS = frozenset({"sleep", "wait", "gh run watch", "gh pr checks", "gh run view", "gh run list"})
"""Heads of commands that wait for a program or for a check elsewhere. List of 2026-11-25."""


@lru_cache(maxsize=4096)
def name_work(action: str, head: str) -> Work:
    """Return what a call does.

    Args:
        action: as ``records.events.Action``.
        head: of a command, its program and subcommand; empty where nobody could tell.

    >>> [name_work("run", head).value for head in ("git diff", "git push", "go test", "bun run lint")]
    ['looking', 'commits, pushes and reviews', 'tests and checks', 'tests and checks']
    """
    if action != Action.RUN:
        return _WORK.get(Action(action), Work.OTHER) if action in set(Action) else Work.OTHER
    if head in _WAITERS:
        return Work.WAIT
    if not head:
        return Work.COMMAND
    if find_tools(head):
        return Work.CHECK
    if is_look(CallAttempt(b"", "run", head=head, command=head)):
        return Work.LOOK
    return Work.DELIVER if head.partition(" ")[0] in _DELIVERERS else Work.COMMAND

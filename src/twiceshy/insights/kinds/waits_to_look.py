"""Commands that only look, and yet waited for a person's OK, which they always got.

Where a log says nothing of the asking, waiting is told from how long a call took (``account.session_time``). What may
be allowed for good is one exact command that can do nothing but look, never a pattern: a program that looks may write
with another option. An agent asks, too, because a command looks outside of the folders that it was given: then no
allowed command helps, but that folder does.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.commands.shell.command_heads import command_names
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_times
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.remedies.allowed_settings import ALLOW_LIST, is_allowed_setting
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind, SettingChange
from twiceshy.stats.text.foreign_names import quote_name

_LEAST_S = 600.0
"""Seconds in all that a line is worth (guess, 2026-11-25)."""
_MOST_S = 600.0
"""Seconds of one wait: longer, and the person was away, as ``account.session_time`` has it between turns (by
definition)."""
_LEAST = 5
"""Times; fewer are no habit (guess, 2026-11-25)."""
_LEAST_SESSIONS = 2
"""In one it may be that one sandbox (guess, 2026-11-25)."""
_LONGEST = 300
"""Characters of a command that attempts keep; of a longer one the rest may do anything (by definition)."""
_MOST_NAMED = 3  # programs in the sentence, and commands to allow (guess, 2026-11-25)
_LOOKS: Final = frozenset(
    (
        *("cat", "ls", "grep", "egrep", "rg", "head", "tail", "wc", "pwd", "cd", "echo", "stat", "tree", "diff", "jq"),
        *("nl", "cut", "uniq", "true", "basename", "dirname", "realpath", "git status", "git diff", "git log"),
        *("git show", "git rev-parse", "git ls-files", "git show-ref", "git check-ignore", "git grep", "git cat-file"),
        *("git merge-base", "git blame", "git ls-tree", "git describe", "git rev-list", "git shortlog"),
        *("git for-each-ref", "gh pr view", "gh pr diff", "gh pr list", "gh pr checks", "gh run view", "gh run list"),
        *("gh issue view", "gh issue list", "go doc", "go list", "go version"),
    )
)
"""Names of commands that cannot change a file, send anything or run another program, but for these options."""
_DOES_MORE: Final = re.compile(
    r">(?!\s*/dev/null|&\d)|\s--?(?:output|ext-diff|textconv|pre|toolexec|open-files)\b|\s-O"
)


_LEADS_OUT: Final = re.compile(r"(?:^|(?<=[ ='\"]))(?:/|~|\.\.)(?!/?dev/null)\S*")
"""A path that may leave the folder in which the agent began."""
_OTHER_FOLDER: Final[Mapping[str, str]] = {
    "claude-code": "most look outside of the folder in which the agent began: begin such sessions with `--add-dir` and "
    "that folder",
}
"""By agent; others have no such option, or it is not known."""


class _Wait(NamedTuple):
    """A call that waited."""

    place: Place
    attempt: CallAttempt
    seconds: float
    inferred: bool


def find_waits_to_look(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft where commands that only look waited for an OK and were never refused."""
    waits = _list_waits(history)
    sessions = {wait.place.session for wait in waits}
    seconds = sum(wait.seconds for wait in waits)
    if len(waits) < _LEAST or len(sessions) < _LEAST_SESSIONS or seconds < _LEAST_S:
        return
    heads: dict[str, float] = defaultdict(float)
    for wait in waits:
        heads[wait.attempt.head] += wait.seconds
    longest = sorted(heads, key=lambda head: (-heads[head], head))
    told = " (told by how long they took)" if any(wait.inferred for wait in waits) else ""
    named = [f"{name} {heads[head] / 60:.0f} min" for head in longest if (name := quote_name(head))]
    yield InsightDraft(
        kind=InsightKind.WAIT_TO_LOOK,
        key="",
        says=f"commands that only look waited for your OK {count_times(len(waits))}, in {len(sessions)} sessions, and "
        f"always got it{told}: {', '.join(named[:_MOST_NAMED])}",
        cases=tuple(CountedCase(place=wait.place, seconds=wait.seconds) for wait in waits),
        place=Quoted(""),
        cause=Quoted(""),
        remedies=(_make_remedy(history, waits),),
    )


def _list_waits(history: ProjectHistory) -> list[_Wait]:
    """Return the calls that waited and only look, without those of which one like it was ever refused."""
    times = (history.times.get(session.session) for session in history.sessions)
    told = {wait.uid: wait for time in times if time for wait in time.waits}
    if not told:
        return []
    refused = {one.head for _, one in history.walk() if one.end is AttemptEnd.REFUSED}
    found = (
        _Wait(place, history.at(place), min(told[uid].ms / 1000, _MOST_S), told[uid].inferred)
        for uid, place in sorted(history.find_places(told).items())
    )
    return sorted(
        (wait for wait in found if wait.attempt.head not in refused and only_looks(wait.attempt)),
        key=lambda wait: wait.place,
    )


def only_looks(attempt: CallAttempt) -> bool:
    """Tell whether all of a command's parts only look.

    >>> [only_looks(CallAttempt(b"", "run", command=line)) for line in ("git diff | head -5", "cat a > b")]
    [True, False]
    """
    if attempt.action != "run" or len(attempt.command) >= _LONGEST or _DOES_MORE.search(attempt.command):
        return False
    names = command_names(attempt.command)
    return bool(names) and _LOOKS.issuperset(names)


def _make_remedy(history: ProjectHistory, waits: Sequence[_Wait]) -> Remedy:
    """Return what may be allowed: the commands that waited most, where they can do nothing else; else a folder."""
    counts: Counter[str] = Counter()
    for wait in waits:
        agent = history.sessions[wait.place.session].agent
        if is_allowed_setting(SettingChange(agent, ALLOW_LIST, f"Bash({wait.attempt.command})")):
            counts[wait.attempt.command] += 1
    exact = [f"`{command}`" for command, times in counts.most_common(_MOST_NAMED) if times > 1]
    if exact:
        text = f"allow exactly {', '.join(exact)} in your agent's permissions"
    else:
        text = _name_folder(history, waits) or "allow those that you trust in your agent's permissions"
    return Remedy(kind=RemedyKind.HABIT, text=text, evidence=count_times(len(waits)))


def _name_folder(history: ProjectHistory, waits: Sequence[_Wait]) -> str:
    """Return what ends the asking where most commands look outside of the folder that the agent was given."""
    outside = [wait for wait in waits if _leads_out(wait.attempt, history.sessions[wait.place.session].cwd)]
    agents = {history.sessions[wait.place.session].agent for wait in outside}
    return _OTHER_FOLDER.get(agents.pop(), "") if 2 * len(outside) > len(waits) and len(agents) == 1 else ""


def _leads_out(attempt: CallAttempt, cwd: str) -> bool:
    """Tell whether a command looks outside of the folder in which its session began."""
    paths = [attempt.folder, *_LEADS_OUT.findall(attempt.command)]
    return any(path.startswith(("/", "~", "..")) and not (cwd and path.startswith(cwd)) for path in paths)

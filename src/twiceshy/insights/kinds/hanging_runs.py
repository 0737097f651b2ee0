"""Runs that did not end by themselves: the agent's time limit, ``timeout`` or a signal ended them.

What a person interrupted is left out: nobody knows whether it hung. Where the same command, when it works, takes longer
than the limit, the limit is too short and a longer one is proposed; where it never takes that long, it hung.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.base.values import Quoted
from twiceshy.commands.calls.call_kinds import find_own_scripts, is_trifle, runs_own_script
from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.insights.kinds.call_shapes import count_next_steps, list_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, Trouble, count_times, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS, find_success
from twiceshy.insights.kinds.what_instead import LEAST_WORKED
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind, SettingChange
from twiceshy.stats.intervals import quantile
from twiceshy.stats.text.foreign_names import quote_command, quote_words

_LEAST_CASES, _LEAST_SESSIONS = 2, 2
"""Guess of 2026-11-22: each costs minutes, so few are enough."""
_LONGEST_LIMIT_S = 600.0
"""The longest limit that is proposed: what takes longer belongs into the background. Guess of 2026-11-22."""
_SPARE = 1.5
"""How much longer than the slowest hundredth a proposed limit is. Guess of 2026-11-22."""
_LEAST_RUNS = 5
"""Runs that worked from which a duration is said. Guess of 2026-11-22."""
_CUT_CODES = frozenset({124, 137, 143})
_LIMIT = re.compile(r"\btimeout (?:-\w+ \S+ |--\S+ )*(\d+)(s|m|h|)\b")
_LIMIT_SAID = re.compile(r"timed out after (?:(\d+)m )?(\d+(?:\.\d+)?) ?(s|m|ms|milliseconds|seconds)?\b")
_TARGET = re.compile(r"(?<=\s)[\w@+-]+(?:/[\w@+.-]+)+(?=\s|$|::)")
_FACTORS = {"": 1.0, "s": 1.0, "seconds": 1.0, "m": 60.0, "h": 3600.0, "ms": 0.001, "milliseconds": 0.001}
_SETTING = "env.BASH_DEFAULT_TIMEOUT_MS"
_HAS_SETTING = "Command timed out after"
"""What the agent with that setting says at its limit (seen in its logs, 2026-11-22)."""


def find_hanging_runs(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each command that was ended from outside again and again."""
    groups: dict[str, list[Place]] = defaultdict(list)
    cut = list_calls(history, _was_cut)
    own = find_own_scripts(history.sessions) if cut else frozenset()
    for place, one in cut:
        if not is_trifle(one) and not runs_own_script(one, own):
            groups[name_run(one)].append(place)
    for what, places in groups.items():
        if len(places) >= _LEAST_CASES and len({place.session for place in places}) >= _LEAST_SESSIONS:
            yield from _draft(history, what, places)


def _was_cut(one: CallAttempt) -> bool:
    """Tell whether a limit or a signal ended a command, not a person."""
    if one.action != "run" or one.end is not AttemptEnd.STOPPED:
        return False
    return one.exit_code in _CUT_CODES or "timed out" in one.message


def name_run(one: CallAttempt) -> str:
    """Return what a run is called by: its head, with the first path that it names."""
    found = _TARGET.search(one.command)
    return f"{one.head} {found[0]}" if found and found[0] not in one.head else one.head


def find_limit(one: CallAttempt) -> float | None:
    """Return the limit in seconds that ended a run, by its command, its message or its duration; None if unknown."""
    if found := _LIMIT.search(one.command):
        return float(found[1]) * _FACTORS[found[2]]
    if found := _LIMIT_SAID.search(one.message):
        return float(found[1] or 0) * 60 + float(found[2]) * _FACTORS[found[3] or "s"]
    return one.seconds


def _draft(history: ProjectHistory, what: str, places: Sequence[Place]) -> Iterator[InsightDraft]:
    """Yield the draft of one command; nothing where its name cannot be quoted."""
    name = quote_command(what)
    if not name or "<" in what:
        return
    tries = list_calls(history, lambda one: one.action == "run" and name_run(one) == what)
    worked = sorted(
        one.seconds for _, one in tries if one.seconds is not None and (one.end is AttemptEnd.WORKED or one.checks)
    )
    limits = sorted(limit for place in places if (limit := find_limit(history.at(place))) is not None)
    slow = quantile(worked, 0.99) if len(worked) >= _LEAST_RUNS else None
    sessions = len({place.session for place in places})
    says = f"{name} was ended by a time limit {len(places)} of {count_words(len(tries), 'time')}"
    says += f", in {sessions} sessions"
    if limits:
        says += f" (limit about {limits[len(limits) // 2]:.0f} s)"
    if slow is not None:
        says += f"; when it works it takes up to {slow:.0f} s"
    remedies = _list_remedies(history, places, name, limits, slow)
    yield InsightDraft(
        kind=InsightKind.HANGING_RUN,
        key=what,
        says=says,
        cases=tuple(CountedCase(place=place, until=find_success(history, place, SOON_CALLS)) for place in places),
        of=len(tries),
        place=name,
        cause=quote_words(history.at(places[-1]).message),
        next_steps=count_next_steps(history, places),
        remedies=remedies,
        trouble=_name_trouble(history.at(places[-1]).head, name, remedies),
    )


def _name_trouble(head: str, name: Quoted, remedies: Iterable[Remedy]) -> Trouble | None:
    """Return that a command hangs; None where only the limit is too short."""
    too_short = any(one.setting for one in remedies)
    return None if too_short else Trouble("hanging", head, f"{name} does not end by itself")


def _list_remedies(
    history: ProjectHistory, places: Sequence[Place], name: Quoted, limits: Sequence[float], slow: float | None
) -> tuple[Remedy, ...]:
    """Return a longer limit where the command needs one; else that it must not run as a whole, or unwatched."""
    ended = f"ended by a limit {count_times(len(places))} in {_count_sessions(places)}"
    limit = limits[len(limits) // 2] if limits else None
    settable = all(history.at(place).message.startswith(_HAS_SETTING) for place in places)
    agents = {history.sessions[place.session].agent for place in places}
    if slow is not None and limit is not None and limit < slow < _LONGEST_LIMIT_S and len(agents) == 1 and settable:
        value = str(int(min(_LONGEST_LIMIT_S, slow * _SPARE) * 1000))
        return (
            Remedy(
                kind=RemedyKind.AGENT_SETTING,
                text=f"Commands of this project need a limit of {int(value) // 1000} seconds.",
                evidence=f"99 of 100 runs of {name} take up to {slow:.0f} s; {ended}",
                setting=SettingChange(agents.pop(), _SETTING, value),
            ),
        )
    if _often_works(history, places):
        return ()
    of_tests = any(history.at(place).checks or read_forms(history.at(place).command, "") for place in places)
    if of_tests and _TARGET.search(history.at(places[-1]).command):
        return make_text_remedy(f"Never run all of {name} at once: it hits the time limit. Name single tests.", ended)
    return make_text_remedy(f"Never wait for {name} without a time limit: it hangs.", ended)


def _often_works(history: ProjectHistory, places: Sequence[Place]) -> bool:
    """Tell whether the same run ends by itself in a third of its tries or more: then nothing forbids it."""
    what = name_run(history.at(places[-1]))
    tries = [one for _, one in list_calls(history, lambda one: one.action == "run" and name_run(one) == what)]
    ended = sum(one.end is AttemptEnd.WORKED or bool(one.checks) for one in tries)
    return ended >= LEAST_WORKED * len(tries)


def _count_sessions(places: Sequence[Place]) -> str:
    """Return in how many sessions the places are."""
    return count_words(len({place.session for place in places}), "session")

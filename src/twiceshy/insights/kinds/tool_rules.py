"""A rule of the agent's own tools that it breaks again and again: told with the line that keeps it from that.

The tool refuses the call and says why, and the agent mends it with one call more. Each such call sends the whole
context again, so what recurs in many sessions costs real money, and no session remembers it for the next.

Told are rules that a line keeps without work of its own. An old text that is not in the file and a path that is not
there are none: of 89 such edits 46 had read the file and nothing had changed it (developers' logs, 2026-11-25), and a
read before each of some thousand edits costs more than they do.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename
from types import MappingProxyType
from typing import Final

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.call_shapes import list_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_times, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import find_success
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind
from twiceshy.stats.text.fingerprint import label
from twiceshy.stats.text.foreign_names import quote_name

_LEAST, _LEAST_SESSIONS = 5, 3
"""Refused calls, and sessions that have one (guess, 2026-11-25: fewer are no habit)."""
_SOON_CALLS = 4
"""Calls after a refused one in which it is made again; later it is other work (guess, 2026-11-25: of 124 edits whose
old text was not found most were made again after one or two)."""
_CHANGES: Final = frozenset({"edit", "write"})
_MOSTLY: Final = 0.5
"""Share of files that a command had shown before, from which the line says that this does not count (guess,
2026-11-25)."""
_SAYS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("change", "not read"): "the file had not been read yet",
        ("change", "changed since read"): "the file had changed since it was read",
        ("change", "string not unique"): "the old text stood in the file several times",
        ("read", "too large"): "the file was too large to be read whole",
    }
)
"""By what the call did and the kind of error (``stats.text.fingerprint.label``): why the tool refused it."""
_LINES: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("change", "not read"): "Read a file before the first `{tool}` of it.",
        ("change", "changed since read"): (
            "After a formatter or a command changed a file, read it again before the next `{tool}`."
        ),
        ("change", "string not unique"): "Give `{tool}` enough lines that the old text stands once in the file.",
        ("read", "too large"): "Read a large file in parts, with `offset` and `limit`.",
    }
)
_SHOWN_BY_COMMAND = "Read a file before the first `{tool}` of it: a look with `cat` or `sed` does not count."


def find_tool_rules(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each rule that was broken in several sessions."""
    broken: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place, one in list_calls(history, lambda one: one.end is AttemptEnd.FAILED and bool(one.message)):
        if rule := _find_rule(one):
            broken[rule].append(place)
    for rule, places in broken.items():
        sessions = len({place.session for place in places})
        if len(places) >= _LEAST and sessions >= _LEAST_SESSIONS:
            yield _draft(history, rule, places, sessions)


def _find_rule(one: CallAttempt) -> tuple[str, str] | None:
    """Return which rule a failed call broke; None for any other failure."""
    did = "change" if one.action in _CHANGES else one.action
    rule = (did, label(one.message)) if did in {"change", "read"} else None
    return rule if rule in _SAYS else None


def _draft(history: ProjectHistory, rule: tuple[str, str], places: Sequence[Place], sessions: int) -> InsightDraft:
    tools = Counter(history.at(place).tool for place in places)
    tool = quote_name(tools.most_common(1)[0][0])
    where = f"in {sessions} of {count_words(len(history.sessions), 'session')}"
    seen = sum(_is_shown_by_command(history, place) for place in places) if rule == ("change", "not read") else 0
    beside = f"; {seen} times a command had shown it" if seen else ""
    line = _SHOWN_BY_COMMAND if seen >= _MOSTLY * len(places) else _LINES[rule]
    return InsightDraft(
        kind=InsightKind.TOOL_RULE,
        key=" ".join(rule),
        says=f"{tool} was refused {count_times(len(places))}, {where}: {_SAYS[rule]}{beside}",
        cases=tuple(CountedCase(place=place, until=_find_last(history, place)) for place in places),
        place=Quoted(""),
        cause=Quoted(""),
        remedies=make_text_remedy(line.format(tool=tool.strip("`")), count_words(len(places), "refused call")),
    )


def _find_last(history: ProjectHistory, place: Place) -> int | None:
    """Return the index of the last call before the refused one was made again: making it would have cost as much."""
    again = find_success(history, place, _SOON_CALLS)
    return None if again is None or again == place.number + 1 else again - 1


def _is_shown_by_command(history: ProjectHistory, place: Place) -> bool:
    """Tell whether a command of the session named the file before."""
    attempts = history.sessions[place.session].attempts
    name = basename(attempts[place.number].path)
    return bool(name) and any(one.action == "run" and name in one.command for one in attempts[: place.number])

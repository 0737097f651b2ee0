"""What got over a failure: counted over sessions, one error of one command at a time, and told only where it is proved.

The one owner of "what instead?": warnings, words after a failure, insights and what is made of them all ask here, so
that they know one answer. A fix worked in two sessions at least, in most of its tries, and more often than going on
without it. It is learned in one project and told there; it is told in all where it worked in two. What the session's
copies repeat counts once.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.commands.shell.command_heads import unquote
from twiceshy.insights.remedies.fix_episodes import Episode, Way, list_episodes
from twiceshy.insights.remedies.forbidden_steps import find_forbidden_step
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.rules import FixKind, ProvenFix
from twiceshy.stats.text.foreign_names import quote_command, quote_name

# What do the tries of several failures have in common? Words that differ, and that the failures name, become names.
#
# ``git push --set-upstream origin fix-1`` and ``… origin new-page`` are one template, ``git push --set-upstream origin
# BRANCH``, as each error, call or session names its branch. A word that nothing names is never opened: then there are
# two templates, each with its own counts.

LONGEST_TOLD = 160
"""Characters of a command that is told. Guess of 2026-11-22."""
_WHOLE = frozenset({FixKind.STEP, FixKind.FORM})
"""Kinds whose words are a command: its program and subcommand are never opened."""
_LONGEST_WORD = 60
"""Characters of a word that is told as it is. Guess of 2026-11-22: a longer one is a text."""
_PLACEHOLDER = re.compile(r"\[[a-z-]+:[0-9a-f]{4,}\]")
"""What redaction left: nobody can type it."""
_FILE = re.compile(r"[\w@./~+-]*\.\w{1,8}\Z")
_SHAPES = (("NUMBER", re.compile(r"\d+\Z")), ("FILE", _FILE), ("PATH", re.compile(r"\S*/\S*\Z")))
_AFTER = {"origin": "BRANCH", "upstream": "BRANCH", "install": "PACKAGE", "-m": "TEXT", "--message": "TEXT"}
"""How what stands behind a word is called."""
WayKey = tuple[FixKind, tuple[str | None, ...], tuple[str | None, ...]]


def key_of_way(way: Way) -> WayKey:
    """Return what tells ways apart: the kind, and the words without those that the failure names."""
    return way.kind, _open_words(way, way.words), _open_words(way, way.replaced)


def _open_words(way: Way, words: Sequence[str]) -> tuple[str | None, ...]:
    """Return the words, None in the place of each that the failure names."""
    first = 2 if way.kind in _WHOLE else 0
    return tuple(None if place >= first and unquote(word) in way.known else word for place, word in enumerate(words))


def quote_template(ways: Sequence[Way]) -> tuple[Quoted, Quoted] | None:
    """Return what ways of one key have in common, and what it replaces, in quotes; None where it cannot be told."""
    told = _join_words([way.words for way in ways])
    replaced = _join_words([way.replaced for way in ways])
    quote = quote_name if ways[0].kind is FixKind.EDIT else quote_command
    quoted = quote(told, LONGEST_TOLD) if told else Quoted("")
    if not quoted or "…" in quoted:
        return None
    return quoted, quote_command(replaced, LONGEST_TOLD) if replaced else Quoted("")


def _join_words(some: Sequence[Sequence[str]]) -> str:
    """Return the words that all share, with a name where they differ; empty where one is too long to be told."""
    found, used = list[str](), list[str]()
    for column in zip(*some, strict=True):
        same = len(set(column)) == 1
        if same and (len(column[0]) > _LONGEST_WORD or "\n" in column[0] or _PLACEHOLDER.search(column[0])):
            return ""
        if not same:
            used.append(_name_column(column, found[-1] if found else ""))
        found.append(column[0] if same else _number_name(used))
    return " ".join(found)


def _name_column(values: Sequence[str], before: str) -> str:
    """Return a name for words that differ."""
    if before in _AFTER:
        return _AFTER[before]
    return next((name for name, shape in _SHAPES if all(shape.match(unquote(value)) for value in values)), "NAME")


def _number_name(used: Sequence[str]) -> str:
    """Return the last name; where it was used before, with its number."""
    count = list(used).count(used[-1])
    return used[-1] if count == 1 else f"{used[-1]}{count}"


def match_failed(head: str, ways: Sequence[Way]) -> str:
    r"""Return an expression for lines of the failed command: what was left out or replaced, else its first words.

    >>> match_failed("git push", ())
    '\\bgit\\s+push\\b'
    """
    taken = [way.words if way.kind is FixKind.WITHOUT else way.replaced for way in ways]
    same = taken and taken[0] and all(one == taken[0] for one in taken) and "FOLDER" not in taken[0][0]
    words = list(taken[0]) if same else [word for word in head.split() if "<" not in word]
    start, end = (r"(?:^|[\s;&|(/])", r"(?:$|[\s;&|)])") if same else (r"\b", r"\b")
    return start + r"\s+".join(re.escape(word) for word in words) + end if words else ""


_FEWEST_SESSIONS, _LEAST_SUCCESS_SHARE = 2, 0.75
"""Sessions in which a fix worked, and share of its tries, from which it is told (guess, 2026-11-22)."""
_LEAST_WAY_OUT_SHARE = 0.3
"""Share of all that got over a failure that a fix must be, so that an error that has many causes tells nothing (guess,
2026-11-22)."""
_LEAST_SHARED = 0.5
"""Share of several failures of one cause that have the same fix, from which it is the answer to all of them. Guess of
2026-11-24: below it the cause has several remedies."""
_MOST_CALLS = 20
"""Failed calls of a fix that are named (guess, 2026-11-22): the newest say how the error reads."""
_Place = tuple[str, bytes, str]
"""Project, fingerprint and head of a failure."""
FixesByFailure = Mapping[tuple[str, bytes], ProvenFix]


class _Tries(NamedTuple):
    """How often one way was tried among the episodes of one failure."""

    won: list[tuple[Episode, Way]]
    tried: int
    without_tried: int
    without_worked: int


def find_proven_fixes(sessions: Iterable[SessionAttempts]) -> list[ProvenFix]:
    """Return what got over failures in these sessions, which are in order of time."""
    return choose_fixes(one for session in sessions for one in list_episodes(session))


def choose_fixes(episodes: Iterable[Episode]) -> list[ProvenFix]:
    """Return the best fix of each failure that has one, by project; then those that worked in two projects."""
    groups: dict[_Place, list[Episode]] = defaultdict(list)
    pooled: dict[_Place, list[Episode]] = defaultdict(list)
    for one in _drop_copies(episodes):
        groups[one.project, one.fingerprint, one.head].append(one)
        pooled["", one.fingerprint, one.head].append(one)
    found = [fix for place, some in groups.items() if (fix := _choose_best(place, some))]
    return found + [
        fix
        for place, some in pooled.items()
        if len({one.project for one in some}) > 1 and (fix := _choose_best(place, some))
    ]


def _drop_copies(episodes: Iterable[Episode]) -> Iterator[Episode]:
    """Yield each episode once, though several sessions hold it."""
    seen = set[object]()
    for one in episodes:
        mark = (one.project, one.fingerprint, one.copy)
        if one.copy == one.session or mark not in seen:
            seen.add(mark)
            yield one


def _choose_best(place: _Place, episodes: Sequence[Episode]) -> ProvenFix | None:
    """Return the way that got over a failure in most sessions, where it is proved."""
    by_key: dict[WayKey, dict[int, list[Way]]] = defaultdict(lambda: defaultdict(list))
    for number, episode in enumerate(episodes):
        for way in episode.ways:
            by_key[key_of_way(way)][number].append(way)
    best: tuple[tuple[int, int, bool], ProvenFix] | None = None
    for key, some in by_key.items():
        tries = _count_tries(some, episodes)
        if _is_proved(place, tries, episodes) and (fix := _make_fix(place, key, tries, episodes)):
            rank = (fix.sessions, fix.worked, _says_more(key[0], tries))
            if best is None or rank > best[0]:
                best = rank, fix
    return best[1] if best else None


def _count_tries(tried: Mapping[int, Sequence[Way]], episodes: Sequence[Episode]) -> _Tries:
    """Count how often a way worked, and how often the same call worked without it; an edit is another way."""
    won = [
        (episodes[number], next(way for way in ways if way.worked))
        for number, ways in tried.items()
        if any(way.worked for way in ways)
    ]
    without = [one for number, one in enumerate(episodes) if number not in tried and not one.edited]
    return _Tries(won, len(tried), len(without), sum(one.solved for one in without))


def _is_proved(place: _Place, tries: _Tries, episodes: Sequence[Episode]) -> bool:
    """Tell whether a way worked often enough, in enough places, and more often than without it.

    Both shares are drawn towards a half by one case of each sort, so that few cases prove nothing.
    """
    worked = len(tries.won)
    over = sum(one.solved or any(way.worked for way in one.ways) for one in episodes)
    fewest = len({one.project for one, _ in tries.won}) if not place[0] else _FEWEST_SESSIONS
    return (
        len({one.session for one, _ in tries.won}) >= _FEWEST_SESSIONS
        and fewest >= _FEWEST_SESSIONS
        and worked >= _LEAST_SUCCESS_SHARE * tries.tried
        and worked >= _LEAST_WAY_OUT_SHARE * over
        and (worked + 1) * (tries.without_tried + 2) > (tries.without_worked + 1) * (tries.tried + 2)
    )


def _says_more(kind: FixKind, tries: _Tries) -> bool:
    """Tell whether a kind is the better one of equals: all of a form where the failed command took no words."""
    bare = all(0 < len(one.row) <= 2 for one, _ in tries.won)
    return (kind is FixKind.FORM) == bare


def _make_fix(place: _Place, key: WayKey, tries: _Tries, episodes: Sequence[Episode]) -> ProvenFix | None:
    """Return the fix as it is told; None where it may not, or cannot, be told."""
    ways = [way for _, way in tries.won]
    quoted = quote_template(ways)
    pattern = match_failed(place[2], ways)
    if quoted is None or not pattern or any(find_forbidden_step(way.line) for way in ways):
        return None
    return ProvenFix(
        project=place[0],
        fingerprint=place[1],
        head=place[2],
        kind=key[0],
        told=quoted[0],
        replaced=quoted[1],
        tried=tries.tried,
        worked=len(ways),
        without_tried=tries.without_tried,
        without_worked=tries.without_worked,
        sessions=len({one.session for one, _ in tries.won}),
        failed_call=tries.won[-1][0].failed,
        fix_call=ways[-1].call,
        failed_calls=tuple(one.failed for one in episodes)[-_MOST_CALLS:],
        pattern=pattern,
    )


def choose_remedies(fixes: Iterable[ProvenFix]) -> FixesByFailure:
    """Return by project and fingerprint the fix that worked in most sessions; ``""`` is any project."""
    found: dict[tuple[str, bytes], ProvenFix] = {}
    for one in fixes:
        key = one.project, one.fingerprint
        if key not in found or (one.sessions, one.worked) > (found[key].sessions, found[key].worked):
            found[key] = one
    return found


def find_remedy(fixes: FixesByFailure, project: str, fingerprint: bytes, command: str) -> ProvenFix | None:
    """Return what got over an error in this project, else in two others; None where it was of another command."""
    found = fixes.get((project, fingerprint)) or fixes.get(("", fingerprint))
    return found if found and re.search(found.pattern, command) else None


class FixBook:
    """What got over each failure of some sessions, asked by the calls that failed; read when it is asked first."""

    def __init__(self, sessions: Iterable[SessionAttempts]) -> None:
        """Take the sessions, in order of time."""
        self._sessions = sessions
        self._by_call: dict[bytes, ProvenFix] | None = None

    def find_shared(self, failed: Collection[bytes]) -> ProvenFix | None:
        """Return the fix of most of these failed calls; None where fewer than ``_LEAST_SHARED`` of them have it.

        Of several errors with one fix the counts are those of the commonest.
        """
        known = self._read()
        found = Counter(known[call] for call in failed if call in known)
        words = Counter[str]()
        for fix, many in found.items():
            words[describe_fix(fix)] += many
        if not words or max(words.values()) < _LEAST_SHARED * len(failed):
            return None
        best = words.most_common(1)[0][0]
        return max((fix for fix in found if describe_fix(fix) == best), key=lambda fix: (fix.worked, found[fix]))

    def _read(self) -> dict[bytes, ProvenFix]:
        """Return the fix of each failed call that has one: its own project's, else that of two others."""
        if self._by_call is None:
            episodes = [one for session in self._sessions for one in list_episodes(session)]
            fixes = {(one.project, one.fingerprint, one.head): one for one in choose_fixes(episodes)}
            self._by_call = {
                one.failed: fix
                for one in episodes
                if (fix := fixes.get((one.project, one.fingerprint, one.head)))
                or (fix := fixes.get(("", one.fingerprint, one.head)))
            }
        return self._by_call


def describe_fix(fix: ProvenFix) -> str:
    """Phrase what got over a failure."""
    return _WORDS[fix.kind].format(told=fix.told, replaced=fix.replaced)


_WORDS = {
    FixKind.STEP: "{told}, then the same call again",
    FixKind.EDIT: "an edit of {told}, then the same call again",
    FixKind.FORM: "{told} in its place",
    FixKind.WITHOUT: "the same call without {told}",
    FixKind.WITH: "the same call with {told}",
    FixKind.IN_PLACE: "the same call with {told} in place of {replaced}",
}


def count_fix(fix: ProvenFix) -> str:
    """Phrase how often a fix worked, and how often the call worked without it."""
    without = f" (without that {fix.without_worked} of {fix.without_tried})" if fix.without_tried else ""
    return f"{fix.worked} of {fix.tried} times in {fix.sessions} sessions{without}"

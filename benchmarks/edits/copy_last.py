"""Do again what the most similar earlier edit did: the usual case of renaming or adding the like in many places.

The newest edit that replaced the same text is repeated. Else the earlier edits are tried, the most similar first: what
each replaced, token by token, is replaced in this text too. The first that changes anything is the answer. Where lines
are only put in, those are put in that were put in between the same neighbours.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from benchmarks.edits.edit_memory import EditMemory
from benchmarks.edits.edit_question import EditQuestion, PlacedEdit
from benchmarks.edits.edit_tokens import find_run, has_word, split_tokens

_TRIED: Final = 10
"""Earlier edits whose change is tried (guess, 2026-11-24)."""
_LEAST: Final = 0.3
"""Shared words (Dice) below which an edit is not similar (tuned on 24 November 2026: .5 finds less)."""
_MOST_TOKENS: Final = 600
"""Tokens of a text beyond which it is not compared token by token (guess, 2026-11-24: it is quadratic)."""
_AROUND: Final = 2
"""Tokens on each side between which an insertion is repeated (guess, 2026-11-24)."""


class Substitution(NamedTuple):
    """A run of tokens that became another."""

    old: list[str]
    new: list[str]


def copy_last(question: EditQuestion, memory: EditMemory) -> str | None:
    """Return what the most similar earlier edit would make of this place; None where none fits."""
    place = PlacedEdit(question.path, question.before, question.old, "", question.after)
    if not question.old:
        return _copy_insertion(place, memory)
    equal = memory.find_equal(question.old)
    if equal:
        return equal[0].new
    for score, earlier in memory.find_similar(place, _TRIED):
        if score < _LEAST:
            break
        changed = substitute(question.old, list_substitutions(earlier.old, earlier.new))
        if changed != question.old:
            return changed
    return None


def _copy_insertion(place: PlacedEdit, memory: EditMemory) -> str | None:
    """Return what was put in below the same line or above the same one; the nearest neighbours decide."""
    for score, earlier in memory.find_similar(place, _TRIED):
        same = _last(earlier.before) == _last(place.before) or _first(earlier.after) == _first(place.after)
        if score >= _LEAST and same:
            return earlier.new
    return None


def _last(text: str) -> str | None:
    """Return the last line; None where it says nothing, so that blank lines are no neighbours."""
    return text.rsplit("\n", maxsplit=1)[-1].strip() or None


def _first(text: str) -> str:
    return text.split("\n", 1)[0].strip()


def list_substitutions(old: str, new: str) -> list[Substitution]:
    """Return what an edit replaced, token by token; only what a word or number tells from other places.

    >>> list_substitutions("a = get(x)", "a = fetch(x)")
    [Substitution(old=['get'], new=['fetch'])]
    """
    one, other = split_tokens(old), split_tokens(new)
    if max(len(one), len(other)) > _MOST_TOKENS:
        return []
    found = dict.fromkeys((tuple(run.old), tuple(run.new)) for run in _list_runs(one, other) if has_word(run.old))
    return [Substitution(list(was), list(becomes)) for was, becomes in found]


def _list_runs(one: list[str], other: list[str]) -> Iterator[Substitution]:
    """Yield what became what; tokens that were put in come with their neighbours."""
    for tag, start, end, to, until in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "insert":
            left, right = one[max(0, start - _AROUND) : start], one[start : start + _AROUND]
            yield Substitution(left + right, left + other[to:until] + right)
        elif tag != "equal":
            yield Substitution(one[start:end], other[to:until])


def substitute(text: str, changes: Sequence[Substitution]) -> str:
    """Return the text with each run replaced wherever it stands; what was put in is not looked through again.

    >>> substitute("b = get(get_all)", [Substitution(["get"], ["fetch"])])
    'b = fetch(get_all)'
    """
    tokens = split_tokens(text)
    for change in changes:
        at = find_run(tokens, change.old)
        while at >= 0:
            tokens[at : at + len(change.old)] = change.new
            at = find_run(tokens, change.old, at + len(change.new))
    return "".join(tokens)

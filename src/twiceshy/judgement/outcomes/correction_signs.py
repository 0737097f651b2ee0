"""Correction signs: what speaks around a turn's words for or against a correction, in points.

Words alone seldom settle it. The turn before shows whether the agent was still at work, had offered something, or had
said that it was done; the turn itself shows what output is pasted, whether the words name what was just touched, what
the agent answers first, and whether it goes back to the file that it had just changed. Nothing here reads more than
the beginnings and ends of texts, so a turn of any length costs the same.

The words and points, with the turns that they were fitted to, are data: see ``judgement.outcomes.turn_signs``.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from twiceshy.judgement.outcomes.own_words import cut_own_words, straighten
from twiceshy.judgement.outcomes.turn_signs import SeenSign, load_signs
from twiceshy.judgement.outcomes.turns import Turn
from twiceshy.records.stories import Moment

_HEAD = 6000
"""Characters at the beginning of the words in which output is looked for. Guess of 2026-11-21."""
_TAIL = 2000
"""The same at the end. Guess of 2026-11-21."""
_ANSWER = 300
"""Characters of the agent's first answer that are looked at. Guess of 2026-11-21."""
_LAST = 300
"""Characters of the agent's last words before the turn. Guess of 2026-11-21."""
_DONE_WITHIN = 1500
"""Characters of the last words in which the agent may say that it is done. Guess of 2026-11-21."""
_REVIEW_WITHIN = 300
"""Characters in which a pasted review begins to look like one. Guess of 2026-11-21."""
_NAMED = 1500
"""Characters of the words in which names are looked for. Guess of 2026-11-21."""
_NAMES = 40
"""Names that are looked for. Guess of 2026-11-21."""
_CALLS = 30
"""Last calls in which they are looked for. Guess of 2026-11-21."""
_COMMAND = 500
"""Characters of each call's command. Guess of 2026-11-21: enough for what is spoken of."""
_CHOICE_WITHIN = 420
"""Characters of the words in which a choice is looked for. Guess of 2026-11-22."""
_FINDING = 120
"""Characters of the shortest finding. Guess of 2026-11-24: it says where, what and why."""
_FILE_NAME = 5
"""Characters of a file's name that is looked for. Guess of 2026-11-24."""
_NAMES_AGAIN = 2
"""Names in it that an edit of the session has too, where no file is named. Guess of 2026-11-24: one may be any."""
_NAME = re.compile(r"[\w./-]{3,80}")
_TELLING = re.compile(r"[a-z][A-Z]|[_/]|\w\.\w|\d|-")
"""What makes a word a name and no plain word: camelCase, a path, a suffix, a number, a dash."""


class ShownOutput(NamedTuple):
    """What output pasted into the words shows."""

    seen: tuple[SeenSign, ...]
    failure: bool
    """A failure is shown."""


def find_context(before: Turn, turn: Turn, *, objects: bool) -> Iterator[SeenSign]:
    """Yield all signs but those of words, pasted output and undone edits; ``objects``: the words object."""
    signs = load_signs().by_slug
    yield from _find_answer(turn)
    yield from _find_ending(before, turn, objects=objects)
    yield from _find_state(before)
    if has_touched_name(before, turn):
        yield signs["names-touched"].see()
    changed = {changed.path_key for _, changed in before.changes}
    if turn.edits and any(one.path_key in changed for one in turn.edits[0].changed):
        yield signs["back-at-once"].see()


def has_same_file(before: Turn, turn: Turn) -> bool:
    """Tell whether the turn edits a file that the turn before had edited."""
    files = {changed.path_key for _, changed in before.changes}
    return any(changed.path_key in files for _, changed in turn.changes)


def read_output(before: Turn, turn: Turn) -> ShownOutput:
    """Read the output that is pasted into the turn's words."""
    signs = load_signs().by_slug
    text = turn.words if len(turn.words) <= _HEAD + _TAIL else turn.words[:_HEAD] + "\n" + turn.words[-_TAIL:]
    failure, output = signs["shows-failure"].find(text), signs["shows-output"].is_in(text)
    seen = [signs["shows-log"].see()] if signs["shows-log"].is_in(text) else []
    if failure is not None and not signs["shows-review"].is_in(text[:_REVIEW_WITHIN]):
        if output and signs["failure-after-done"].is_in(before.last_reply[-_DONE_WITHIN:]):
            seen.append(signs["failure-after-done"].see())
        return ShownOutput((failure, *seen), failure=True)
    if failure is None and signs["shows-success"].is_in(text):
        seen.append(signs["shows-success"].see())
    elif failure is None and output:
        seen.append(signs["shows-output"].see())
    return ShownOutput(tuple(seen), failure=False)


def is_finding(words: str, edited: Sequence[Moment]) -> bool:
    """Tell whether words pass on what a review found in work of this session: in a file, or about names, it edited."""
    signs, shown = load_signs().by_slug, words[:_NAMED]
    if len(shown) < _FINDING or not any(
        signs[slug].is_in(shown) for slug in ("review", "review-voice", "names-a-line")
    ):
        return False
    files = {changed.path.rpartition("/")[2] for call in edited for changed in call.changed}
    if any(len(name) >= _FILE_NAME and name in shown for name in files):
        return True
    names = {name.strip("./-") for name in _NAME.findall(shown) if _TELLING.search(name)}
    done = " ".join(call.input for call in edited)
    return sum(name in done for name in islice((name for name in sorted(names) if name), _NAMES)) >= _NAMES_AGAIN


def has_touched_name(before: Turn, turn: Turn) -> bool:
    """Tell whether the words name something that one of the last calls before them named too."""
    found = (name.strip("./-").lower() for name in _NAME.findall(turn.words[:_NAMED]) if _TELLING.search(name))
    names = [name for name in dict.fromkeys(found) if name][:_NAMES]
    done = " ".join(map(_text_of, before.calls[-_CALLS:])).lower() if names else ""
    return any(name in done for name in names)


def _text_of(call: Moment) -> str:
    return f"{call.command[:_COMMAND]} {call.step.path or ''} {(call.step.text or '')[:_COMMAND]}"


def _find_answer(turn: Turn) -> Iterator[SeenSign]:
    """Yield what the agent's first words in the turn make of it."""
    signs = load_signs().by_slug
    answer = straighten(turn.replies[0].text[:_ANSWER]) if turn.replies else ""
    plain = ["mends", "speaks-of-faults", "finds", "likes-question", "goes-to-work"]
    if not turn.calls:
        plain.append("explains")
    yield from (signs[slug].see() for slug in plain if signs[slug].is_in(answer))
    consent = (signs[slug].see() for slug in ("admits", "takes-up") if signs[slug].is_in(answer))
    yield from islice(consent, 1)


def _find_ending(before: Turn, turn: Turn, *, objects: bool) -> Iterator[SeenSign]:
    """Yield how the turn before ended: with a question, an offer, or in the middle of the work."""
    signs = load_signs()
    last = straighten(before.last_reply.rstrip()[-_LAST:])
    yield from (sign.see() for sign in signs.groups["ending"] if sign.is_in(last))
    if last.endswith("?"):
        if not objects:
            yield signs.by_slug["answers-question"].see()
        if signs.by_slug["chooses"].is_in(straighten(cut_own_words(turn.words[:_CHOICE_WITHIN]))):
            yield signs.by_slug["answers-with-choice"].see()
    elif not signs.by_slug["offers"].is_in(last) and signs.by_slug["no-unasked"].is_in(turn.words[:_CHOICE_WITHIN]):
        yield signs.by_slug["no-unasked"].see()


def _find_state(before: Turn) -> Iterator[SeenSign]:
    """Yield what had been done when the words came."""
    signs = load_signs().by_slug
    stopped = bool(before.interrupts)
    states = {
        "only-talked": not before.has_acted,
        "had-edited": bool(before.edits),
        "had-delivered": any(signs["had-delivered"].is_in(call.command[:_COMMAND]) for call in before.calls),
        "stopped-at-nothing": stopped and not before.calls,
    }
    return (signs[slug].see() for slug, holds in states.items() if holds)

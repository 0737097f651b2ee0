"""Correction signs: what speaks around a turn's words for or against a correction, in points of log-odds.

Words alone seldom settle it. The turn before shows whether the agent was still at work, had offered something, or had
said that it was done; the turn itself shows what output is pasted, whether the words name what was just touched, what
the agent answers first, and whether it goes back to the file that it had just changed. Nothing here reads more than
the beginnings and ends of texts, so a turn of any length costs the same.

The words and points, with the turns that they were fitted to, are data: see ``outcomes.turn_signs``.
"""

import re

from twiceshy.outcomes.turn_signs import load_signs
from twiceshy.outcomes.turns import Turn
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
_NAME = re.compile(r"[\w./-]{3,80}")
_TELLING = re.compile(r"[a-z][A-Z]|[_/]|\w\.\w|\d|-")
"""What makes a word a name and no plain word: camelCase, a path, a suffix, a number, a dash."""


def weigh_context(before: Turn, turn: Turn, *, objects: bool) -> float:
    """Weigh all but pasted output and undone edits, in points; ``objects`` says whether the words object."""
    signs = load_signs().by_slug
    points = _weigh_answer(turn) + _weigh_ending(before, objects=objects)
    if has_touched_name(before, turn):
        points += signs["names-touched"].points
    changed = {changed.path_key for _, changed in before.changes}
    if turn.edits and any(one.path_key in changed for one in turn.edits[0].changed):
        points += signs["back-at-once"].points
    return points


def has_same_file(before: Turn, turn: Turn) -> bool:
    """Tell whether the turn edits a file that the turn before had edited."""
    files = {changed.path_key for _, changed in before.changes}
    return any(changed.path_key in files for _, changed in turn.changes)


def weigh_output(before: Turn, turn: Turn) -> tuple[float, bool]:
    """Weigh pasted output: return its points, and whether it shows a failure."""
    signs = load_signs().by_slug
    text = turn.words if len(turn.words) <= _HEAD + _TAIL else turn.words[:_HEAD] + "\n" + turn.words[-_TAIL:]
    failed, output = signs["shows-failure"].is_in(text), signs["shows-output"].is_in(text)
    log = signs["shows-log"].weigh(text)
    if failed and not signs["shows-review"].is_in(text[:_REVIEW_WITHIN]):
        after_done = signs["failure-after-done"].weigh(before.last_reply[-_DONE_WITHIN:]) if output else 0.0
        return signs["shows-failure"].points + after_done + log, True
    if not failed and signs["shows-success"].is_in(text):
        return signs["shows-success"].points + log, False
    return (signs["shows-output"].points if output and not failed else 0.0) + log, False


def has_touched_name(before: Turn, turn: Turn) -> bool:
    """Tell whether the words name something that one of the last calls before them named too."""
    found = (name.strip("./-").lower() for name in _NAME.findall(turn.words[:_NAMED]) if _TELLING.search(name))
    names = [name for name in dict.fromkeys(found) if name][:_NAMES]
    done = " ".join(map(_text_of, before.calls[-_CALLS:])).lower() if names else ""
    return any(name in done for name in names)


def _text_of(call: Moment) -> str:
    return f"{call.command[:_COMMAND]} {call.step.path or ''} {(call.step.text or '')[:_COMMAND]}"


def _weigh_answer(turn: Turn) -> float:
    """Weigh what the agent's first words in the turn make of it, in points."""
    signs = load_signs().by_slug
    answer = straighten_quotes(turn.replies[0].text[:_ANSWER]) if turn.replies else ""
    points = sum(signs[slug].weigh(answer) for slug in ("mends", "speaks-of-faults", "finds"))
    return points + (signs["admits"].weigh(answer) or signs["takes-up"].weigh(answer))


def _weigh_ending(before: Turn, *, objects: bool) -> float:
    """Weigh how the turn before ended, in points: with a question, an offer, or in the middle of the work."""
    signs = load_signs()
    last = straighten_quotes(before.last_reply.rstrip()[-_LAST:])
    points = sum(sign.weigh(last) for sign in signs.groups["ending"])
    return points + signs.by_slug["answers-question"].points * (last.endswith("?") and not objects)


def straighten_quotes(text: str) -> str:
    """Return the text with plain apostrophes, as the signs' patterns have them."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")

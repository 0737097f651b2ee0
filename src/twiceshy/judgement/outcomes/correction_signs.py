"""Correction signs: what speaks around a turn's words for or against a correction, in points.

Words alone seldom settle it. The turn before shows whether the agent was still at work, had offered something, or had
said that it was done; the turn itself shows what output is pasted, whether the words name what was just touched, what
the agent answers first, and whether it goes back to the file that it had just changed. Nothing here reads more than
the beginnings and ends of texts, so a turn of any length costs the same.

The words and points, with the turns that they were fitted to, are data: see ``judgement.outcomes.turns``.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from twiceshy.judgement.outcomes.turns import SeenSign, Turn, load_signs, sum_points
from twiceshy.records.stories import Moment

# Own words: what a person typed of a prompt, without the code, quotations and output pasted into it.
#
# Signs of objection are looked for in a person's words: an error in a pasted log or "not" in a quoted answer is not
# the person's. Negations typed without an apostrophe ("doesnt") are given one, so that one pattern reads both.

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_PASTED_LINE = re.compile(
    r"\s*(?:>|[│╭╰├└┌|+]|[\u276f$%] |[-=]{3,}|\d\d:\d\d|\[?\d{4}-\d\d|at \S+ ?\(|File \"|Traceback \(|\S+\.\w{1,4}:\d+"
    r"|(?:FAIL|ERROR|Error|error|fatal|panic|warning)\b ?[:\[(]|FAILED\b|\w+(?:Error|Exception)\b|\w+: \*\*\* |npm ERR!"
    r"|[\u2717\u2718\u2716] )"
)
"""A line that is quoted, drawn, or printed by a program."""
_BARE_NEGATION = re.compile(
    r"\b(do|does|did|is|are|was|were|wo|ca|could|should|would|has|have|had|ai)nt\b", re.IGNORECASE
)
_MOSTLY_PASTED = 0.5
"""Share of the characters below which a person's own words are few. Guess of 2026-11-22."""


def straighten(text: str) -> str:
    """Return the text with plain apostrophes, and with those that were left out of negations."""
    return _BARE_NEGATION.sub(r"\1n't", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def cut_own_words(text: str) -> str:
    """Return the text without what is pasted into it."""
    lines = _FENCE.sub(" ", text).split("\n")
    return "\n".join(line for line in lines if not _PASTED_LINE.match(line)).strip()


def is_mostly_pasted(text: str, own: str) -> bool:
    """Tell whether less than half of the text is the person's ``own`` words."""
    return len(own) < _MOSTLY_PASTED * len(text.strip())


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


# Objection wording: how much a turn's words sound like an objection to what was just done, in points.
#
# Words alone prove little: "still" may praise or complain. So each sign gives a few points, and what happened around
# the turn (see ``outcomes.corrections``) gives the rest. An objection ("but", "can we use ... instead") is told from a
# wish for more ("also", "now add") and from a condition of the work ("don't change anything yet"). The signs are
# ordinary English of no vendor; short tables for some other languages stand beside them (see ``outcomes.turn_signs``).
# Words in a script that no sign reads give no points and are marked ``unread``, so that the turn is judged by what was
# done. Only the beginning and the end are looked at: what is pasted in between is seldom the user's own word, and a
# prompt of any length costs the same.

BEGINNING = 420
"""Characters at the beginning that are weighed. Guess of 2026-11-21: what a person types before something pasted."""
END = 230
"""The same at the end. Guess of 2026-11-21."""
_FEW_WORDS = 3
"""Words up to which a text is hardly a sentence. Guess of 2026-11-21."""
_BRIEF_WORDS = 12
"""Words up to which a statement is brief. Guess of 2026-11-21."""
_APPROVAL_WORDS = 25
"""Words up to which a text can be a mere approval or rule. Guess of 2026-11-21."""
_MANY_WORDS = 120
"""Words above which a text is long. Guess of 2026-11-21."""
_OWN_SCRIPT = 0.5
"""Share of letters beyond A to Z from which words count as written in another script. Guess of 2026-11-21."""
_REMEMBERED = 1 << 15
"""Turns whose words were weighed and are asked for again by the next recipe, session by session (guess, 2026-11-24:
twice the longest session that was measured; from one more on, each recipe weighs all of them again)."""
_REMEMBERED_LONG, _SHORT = 1024, 2000
"""The same of texts longer than so many characters, which are pasted: fewer, as their texts are kept (guess)."""
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN_LETTER = re.compile(r"[A-Za-z]")


class Wording(NamedTuple):
    """What a turn's words add up to."""

    seen: tuple[SeenSign, ...]
    objects: bool
    """Something in them objects, whatever else they say."""
    undo: bool
    """They ask to undo something."""
    unread: bool
    """Words in a script that no sign reads, or none at all."""
    settled: bool = False
    """They cannot be a correction: a slash command, a plan handed over."""

    @property
    def points(self) -> float:
        """The sum of the signs' points."""
        return sum_points(self.seen)


class _Words(NamedTuple):
    """A turn's words as they are weighed."""

    shown: str
    own: str
    """The person's own, without what is pasted."""
    pasted: bool
    """Less than half of them is the person's own."""
    guarded: bool
    """They keep the agent from doing something that it has not done; these words are left out of the others."""
    many: int
    """Number of words; one more than ``_MANY_WORDS`` where they are not all shown."""
    objections: tuple[SeenSign, ...]
    """English signs that object."""
    others: tuple[SeenSign, ...]
    """Those in other languages."""
    refusing: bool
    stopping: bool

    @property
    def objects(self) -> bool:
        return bool(self.objections or self.others)


def weigh(text: str, *, refusing: bool = False, stopping: bool = False) -> Wording:
    """Weigh the words of a turn.

    ``refusing`` are words given while refusing a call: never a slash command. There and after an interrupt
    (``stopping``) a request is no new task but the way to go instead.
    """
    remembered = _weigh_short if len(text) <= _SHORT else _weigh_long
    return remembered(text, refusing=refusing, stopping=stopping)


def _weigh(text: str, *, refusing: bool, stopping: bool) -> Wording:
    signs = load_signs().by_slug
    words = _look_at(straighten(text), refusing=refusing, stopping=stopping)
    settled = not refusing and signs["slash-command"].is_in(words.shown)
    return Wording(
        seen=(*_find_signs(words), *_find_own_signs(words)),
        objects=words.objects,
        undo=any(one.slug.startswith("undo") for one in words.objections + words.others),
        unread=_is_unread(words),
        settled=settled or signs["plan-handed-over"].is_in(words.shown),
    )


_weigh_short = lru_cache(maxsize=_REMEMBERED)(_weigh)
_weigh_long = lru_cache(maxsize=_REMEMBERED_LONG)(_weigh)


def _look_at(text: str, *, refusing: bool, stopping: bool) -> _Words:
    signs = load_signs()
    guard = signs.by_slug["guards"]
    guarded = not refusing and not stopping and guard.is_in(cut_own_words(text[:BEGINNING]))
    if guarded:  # what follows "don't" is a condition, and objects to nothing
        text = guard.pattern.sub(" ", text[:BEGINNING]) + text[BEGINNING:]
    shown, own = _show(text), cut_own_words(text)
    return _Words(
        shown=shown,
        own=_show(own),
        pasted=is_mostly_pasted(text, own),
        guarded=guarded,
        many=len(shown.split()) if shown == text else _MANY_WORDS + 1,
        objections=tuple(signs.find_all("objection", shown)),
        others=tuple(signs.find_all("objection-elsewhere", shown)),
        refusing=refusing,
        stopping=stopping,
    )


def _show(text: str) -> str:
    """Return the text, without its middle where it is long."""
    return text if len(text) <= BEGINNING + END else f"{text[:BEGINNING]}\n{text[-END:]}"


def _find_signs(words: _Words) -> Iterator[SeenSign]:
    """Yield the signs of all that is shown."""
    signs = load_signs()
    shown = words.shown
    yield from words.objections
    yield from words.others
    yield from signs.find_all("hint", shown)
    if len(words.objections) > 1:
        yield signs.by_slug["objects-again"].see()
    if signs.by_slug["bids"].is_in(shown):
        yield signs.by_slug["bids"].see()
        if words.refusing:
            yield signs.by_slug["bids-while-refusing"].see()
    yield from _find_approval_or_task(words)
    if not shown.rstrip().endswith("?"):
        yield from _find_brief_statement(words)
    if words.many > _MANY_WORDS:
        yield signs.by_slug["many-words"].see()


def _find_own_signs(words: _Words) -> Iterator[SeenSign]:
    """Yield the signs of a person's own words, in English and elsewhere."""
    signs = load_signs()
    if words.pasted:
        yield signs.by_slug["words-are-pasted"].see()
    if words.guarded:
        yield signs.by_slug["guards"].see()
    yield from signs.find_all("own", words.own)
    yield from signs.find_all("own-elsewhere", words.own)


def _find_brief_statement(words: _Words) -> Iterator[SeenSign]:
    """Yield what being brief adds to a statement of what fails, or of what should be."""
    signs = load_signs().by_slug
    objections = {one.slug for one in words.objections}
    if words.many <= _BRIEF_WORDS and not {"not-working", "is-failing"}.isdisjoint(objections):
        yield signs["brief-failure"].see()
    proposes = signs["proposes"].is_in(words.shown) or signs["task"].is_in(words.shown)
    if words.many <= _APPROVAL_WORDS and "should-be" in objections and not proposes:
        yield signs["brief-rule"].see()


def is_approval(text: str) -> bool:
    """Tell whether a brief text says yes, in one of the languages that are read."""
    return len(text.split()) <= _APPROVAL_WORDS and _approves(text)


def _approves(text: str) -> bool:
    signs = load_signs().by_slug
    return signs["approval"].is_in(text) or signs["approval-elsewhere"].is_in(text)


def _find_approval_or_task(words: _Words) -> Iterator[SeenSign]:
    """Yield approval, a new task or a question; full points only where nothing objects."""
    signs = load_signs().by_slug
    if _approves(words.shown):
        yield signs["approval-but" if words.objects or words.many > _APPROVAL_WORDS else "approval"].see()
    if not (words.refusing or words.stopping) and signs["task"].is_in(words.shown):
        yield signs["task-but" if words.objects else "task"].see()
    if not words.objects:
        yield from _find_question(words)


def _find_question(words: _Words) -> Iterator[SeenSign]:
    """Yield what words that object to nothing are: a question, or too few to say anything."""
    signs = load_signs().by_slug
    yield from (signs[slug].see() for slug in ("question", "how-to") if signs[slug].is_in(words.shown))
    few = 0 < words.many <= _FEW_WORDS and _PLAIN_LETTER.search(words.shown) is not None
    if few and not signs["change-it"].is_in(words.shown):
        yield signs["few-words"].see()


def _is_unread(words: _Words) -> bool:
    signs = load_signs()
    if words.objects or signs.by_slug["approval-elsewhere"].is_in(words.shown):
        return False
    letters = len(_LETTER.findall(words.shown))
    return letters == 0 or len(_PLAIN_LETTER.findall(words.shown)) < (1 - _OWN_SCRIPT) * letters

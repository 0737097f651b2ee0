"""What is offered of the ranked candidates: only what says nothing that the change, the task or the project does not.

A message is kept back where a name of code or a number in it stands neither in the change nor in what was said of the
task, nor in several messages around it (then it is a word of the project). The number of an issue is only written where
the task has exactly one; else it is cut off where it ends the message, and keeps the message back where it does not.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from twiceshy.records.message_advice import MessageOffer
from twiceshy_git.predict.messages.candidates import MessageCandidate, list_candidates
from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.forms import MessageLabels, parse_form, write_prefix
from twiceshy_git.predict.messages.message_ranker import MessageModel, rank_candidates, tell_probability
from twiceshy_git.predict.messages.retrieve import CommitIndex, NearCommit
from twiceshy_git.predict.messages.suggesters import list_code_words, name_files

FEW: Final = 30
"""Commits below which nobody's habits are known (guess, 2026-11-24, as the ladder's page has it)."""
_OWN_WORD: Final = 3
"""Messages around the change that make a name a word of the project (guess, 2026-11-24)."""
_SURE: Final = 0.5
"""Probability from which an answer is likelier right than wrong, by definition."""
_SHORT: Final = 9
"""Digits of a commit that are shown (guess, 2026-11-24: as git in a repository of middle size)."""
_ISSUE: Final = "#N"
_FIXES: Final = (
    r"(?:(?:fix|close|resolve)(?:e?[sd]|ing)?|refs?|references|see|related to|part of|issues?|bugs?|pr|re|for)"
)
_NUMBERS: Final = r"#N(?:(?:[,;\s]|and)*#N)*"
_ISSUE_AT_END: Final = re.compile(
    rf"\s*[(\[]\s*(?:{_FIXES}[:\s]*)*{_NUMBERS}\s*[)\]]\s*\Z"
    rf"|[\s,;.:-]+(?:{_FIXES}[:\s]+)+{_NUMBERS}\s*\Z|\s+{_NUMBERS}\s*\Z",
    re.IGNORECASE,
)
"""What speaks of nothing but an issue at a message's end."""
_OPEN_END: Final = re.compile(r"(?:\b(?:a|an|and|for|of|or|per|the|to|via|with)|[(\[,:;/-])\s*\Z", re.IGNORECASE)
"""How no message ends: something is missing behind it."""
_PIECE: Final = re.compile(r"[A-Za-z0-9]{12,}")
_SWITCH: Final = re.compile(r"[a-z](?=[A-Z])|[A-Z](?=[a-z])")
_MOST_SWITCHES: Final = 0.5
"""Changes between small and capital letters for each letter: names of code have up to .45 (guess, 2026-11-24)."""
_NUMBERED: Final = re.compile(r"(?<![\w&])#?(\d{1,7})(?![\w.])")


class AnsweredMessage(NamedTuple):
    """What is offered, and whether the first of it is likelier right than wrong."""

    offers: tuple[MessageOffer, ...]
    """The best first."""
    sure: bool
    near: Sequence[NearCommit]
    """The nearest commits, the nearest first."""


def answer_message(
    index: CommitIndex,
    example: MessageExample,
    labels: MessageLabels,
    model: MessageModel,
    *,
    said: str = "",
    near: Sequence[NearCommit] | None = None,
    top: int = 3,
    is_current: Callable[[str], bool] = bool,
) -> AnsweredMessage:
    """Return at most ``top`` messages for a change.

    ``said``: what is known of the task, the branch's name too. ``near``: the commits that may be used, where not all of
    the index may. ``is_current`` tells of a message whether people here still write its form.
    """
    candidates = list_candidates(index, example, labels, near)
    found = _list_near(candidates) if near is None else near
    if len(index) < FEW:
        plain = MessageOffer(subject=name_files(example.files), reasons=("the names of the files",))
        return AnsweredMessage((plain,), sure=False, near=found)
    ranked = rank_candidates(model, candidates)
    probability = tell_probability(model, candidates, ranked)
    text, around = _join_text(example, said), [one.past.subject for one in found]
    offers: dict[str, MessageOffer] = {}
    for place, (_, at) in enumerate(ranked):
        subject = clear_message(candidates[at].subject, text, said, around)
        subject = _restyle(subject, write_prefix(labels, [one for one in around if is_current(one)]), is_current)
        known = None if place else probability
        if subject and len(offers) < top:
            offer = MessageOffer(subject=subject, probability=known, reasons=_explain(candidates[at], subject))
            offers.setdefault(subject, offer)
    best = next(iter(offers.values()), None)
    sure = best is not None and (best.probability or 0.0) >= _SURE
    return AnsweredMessage(tuple(offers.values()), sure=sure, near=found)


def _restyle(subject: str, prefix: str, is_current: Callable[[str], bool]) -> str:
    """Return a message in a form that people here still write: with the prefix that fits, or none; else nothing."""
    if not subject or is_current(subject):
        return subject
    sentence = parse_form(subject).sentence
    return next((one for one in (prefix + sentence, sentence) if is_current(one)), "")


def clear_message(subject: str, text: str, said: str, around: Sequence[str]) -> str:
    """Return a message without anything that nobody said; empty where that cannot be.

    ``text``: everything that was changed or said, in lower case. ``around``: messages of commits like this one.
    """
    subject = _settle_issue(subject, said)
    foreign = [word for word in list_code_words(subject) if not _stands_in(word, text) and not _is_own(word, around)]
    broken = _ISSUE in subject or "<" in subject or _is_cut(subject)
    return "" if foreign or broken or _has_key(subject) else subject


def _is_cut(subject: str) -> bool:
    """Tell whether the end of a message is missing: a bracket or a quote stays open, or a word leads to nothing."""
    pairs = all(subject.count(left) == subject.count(right) for left, right in ("()", "[]"))
    return not pairs or subject.count("`") % 2 > 0 or _OPEN_END.search(subject) is not None


def _settle_issue(subject: str, said: str) -> str:
    """Return a message with the task's number where it has a place for one, without that place where there is none."""
    if _ISSUE not in subject:
        return subject
    numbers = set(_NUMBERED.findall(said))
    if len(numbers) == 1 and subject.count(_ISSUE) == 1:
        return subject.replace(_ISSUE, f"#{numbers.pop()}")
    return _ISSUE_AT_END.sub("", subject)


def _has_key(subject: str) -> bool:
    """Tell whether a piece of a message looks like a hash or a key, of whatever form: no message needs one."""
    return any(_looks_random(piece) for piece in _PIECE.findall(subject))


def _looks_random(piece: str) -> bool:
    mixed = piece.isupper() or len(_SWITCH.findall(piece)) > _MOST_SWITCHES * len(piece)
    return mixed or (any(sign.isdigit() for sign in piece) and not piece.isdigit())


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) is not None


def _is_own(word: str, around: Sequence[str]) -> bool:
    """Tell whether people here use a name whatever they change; a number never is such a word."""
    if any(sign.isdigit() for sign in word):
        return False
    return len({one for one in around if _stands_in(word, one.lower())}) >= _OWN_WORD


def _join_text(example: MessageExample, said: str) -> str:
    lines = [said]
    for file in example.files:
        lines += [file.path, file.old_path, *file.heads, *file.removed, *file.added]
    return "\n".join(lines).lower()


def _list_near(candidates: Sequence[MessageCandidate]) -> list[NearCommit]:
    found = {one.near.number: one.near for one in candidates if one.near}
    return sorted(found.values(), key=lambda one: (-one.score, -one.number))


def _explain(candidate: MessageCandidate, subject: str) -> tuple[str, ...]:
    """Return where the parts of a message are from."""
    if candidate.near is None:
        return ("the names of the files",)
    past = candidate.near.past
    if past.subject == subject:
        return (f"as {past.commit[:_SHORT]}",)
    changed = [f"{new} for {old}" for old, new in candidate.replaced]
    return (f'like {past.commit[:_SHORT]} "{past.subject}"', *changed)

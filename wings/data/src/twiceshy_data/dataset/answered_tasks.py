"""Which tasks were done well from the first word on, and which answer would have done them at once?

The answer is all that the agent changed, as a patch. What it said of its work is left out: that tests pass, that all is
done, are claims that a model would learn to make. A task of which a change is not known to the letter is left out, and
so is one whose request names hardly anything of the patch: "continue" and "fix the review" are answered by what stands
elsewhere. A request in the middle of a session leans on what was said just before it, so that stands with it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import unified_diff
from operator import itemgetter
from typing import Final, NamedTuple

from twiceshy.records.outcomes import Outcome
from twiceshy.records.stories import Moment
from twiceshy_data.dataset.good_work import (
    JudgedStory,
    Teller,
    TextOf,
    WrittenFile,
    find_clean_proof,
    name_teller,
)

_LONGEST_PATCH: Final = 40_000
"""Characters of a patch: 10,000 tokens (guess, 2026-11-23)."""
_LEAST_NAMED, _LEAST_SHARE, _SURELY_NAMED = 2, 0.25, 5
"""Words of a request that stand in its patch, and their share of all that say something; from so many on the share does
not matter. Guesses of 2026-11-24, after reading a hundred rows of the developers' logs."""
_LONGEST_REQUEST: Final = 20_000
"""Characters of a request that are looked at (guess, 2026-11-24)."""
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_EMPTY_WORDS: Final = """
about after again also been before being both call check code come continue could does done each
fail failed failing fails file find fine from give good have here into issue issues just keep know
like look looks make maybe more most much need needs next only other over please pull push really
right same seems should show some sorry still sure take test tests than thank thanks that them then
there these they thing things think this those through time update updated using very want well were
what when where which while will with without work works would wrong yeah your
"""
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())
"""Words that name nothing of a change."""
_CONTEXT: Final = 3
"""Lines around a change, as git has them (by definition, 2026-11-23)."""


class AnsweredTask(NamedTuple):
    """A request and its answer."""

    teller: Teller
    prompt: bytes
    """Uid of the request."""
    chats: tuple[bytes, ...]
    """Uids of all prompts of the task."""
    at: datetime | None
    before: tuple[str, str] | None
    """What was asked before that in the session, and what the agent said last about it; None at its beginning."""
    asked: str
    answer: str
    paths: tuple[str, ...]
    confidence: float
    evidence: str


def find_answered_tasks(judged: JudgedStory, text_of: TextOf) -> Iterator[AnsweredTask]:
    """Yield the tasks of a session that were done well from the first word on."""
    moments = judged.story.moments
    places = {moment.step.uid: place for place, moment in enumerate(moments) if moment.step.kind == "prompt"}
    starts = [(places[task.prompt], task) for task in judged.result.tasks if task.prompt in places]
    starts.sort(key=itemgetter(0))
    ends = [*(place for place, _ in starts), len(moments)][1:]
    for (start, task), end in zip(starts, ends, strict=True):
        proof = find_clean_proof(task)
        if proof is not None and moments[start].text.strip():
            yield from _answer_task(judged, proof, (start, end), text_of)


def _answer_task(judged: JudgedStory, proof: Outcome, span: tuple[int, int], text_of: TextOf) -> Iterator[AnsweredTask]:
    """Yield the task between two places, if its answer is known whole."""
    moments, (start, end) = judged.story.moments, span
    written = [one for one in judged.written if start < one.place < end]
    answer = _write_answer(moments, written, end, text_of)
    if answer and _names_change(moments[start].text, answer):
        at = moments[start].step.at
        yield AnsweredTask(
            teller=name_teller(judged.story),
            prompt=moments[start].step.uid,
            chats=tuple(one.step.uid for one in moments[start:end] if one.step.kind == "prompt"),
            at=None if at is None else datetime.fromtimestamp(at, UTC),
            before=_find_before(moments, start),
            asked=moments[start].text.strip(),
            answer=answer,
            paths=tuple(dict.fromkeys(one.path for one in written)),
            confidence=proof.confidence,
            evidence=proof.why,
        )


def _write_answer(moments: Sequence[Moment], written: Sequence[WrittenFile], end: int, text_of: TextOf) -> str:
    """Return the patch; empty where it is not known, or the agent did not end the task with words of its own."""
    patch = _write_patch(written, text_of)
    if not patch or len(patch) > _LONGEST_PATCH:
        return ""
    after = moments[written[-1].place + 1 : end]
    until = next((number for number, one in enumerate(after) if one.human), len(after))
    last = next((one for one in reversed(after[:until]) if one.step.kind in {"call", "reply"}), None)
    if last is None or last.step.kind != "reply" or not last.text.strip():
        return ""
    return f"```diff\n{patch}\n```"


def _names_change(asked: str, patch: str) -> bool:
    """Tell whether a request names what the patch changes: enough of its words stand in changed lines or in paths."""
    wanted = {word.lower() for word in _WORD.findall(asked[:_LONGEST_REQUEST])} - _EMPTY
    changed = "\n".join(line for line in patch.split("\n") if line[:1] in ("+", "-")).lower()
    named: int = sum(word in changed or (word.endswith("s") and word[:-1] in changed) for word in wanted)
    return named >= _SURELY_NAMED or (named >= _LEAST_NAMED and named >= _LEAST_SHARE * len(wanted))


def _find_before(moments: Sequence[Moment], start: int) -> tuple[str, str] | None:
    """Return the words before a request: a person's, and the agent's after them."""
    said = [one for one in moments[:start] if one.step.run is None and one.text.strip()]
    asked = next((place for place in range(len(said) - 1, -1, -1) if said[place].human), None)
    replies = [] if asked is None else [one.text.strip() for one in said[asked:] if one.step.kind == "reply"]
    return (said[asked].text.strip(), replies[-1]) if asked is not None and replies else None


def _write_patch(written: Sequence[WrittenFile], text_of: TextOf) -> str:
    """Return what all changes came to, file by file; empty where a step between them is not known."""
    texts: dict[str, tuple[bytes | None, bytes]] = {}
    for one in written:
        changed = one.changed
        if changed is None or changed.after is None or changed.deleted:
            return ""
        if changed.before is None and not changed.created:
            return ""
        first, last = texts.get(one.path, (changed.before, changed.before))
        if last != changed.before:
            return ""
        texts[one.path] = (first, changed.after)
    return "\n".join(_compare(path, *pair, text_of) for path, pair in texts.items() if pair[0] != pair[1])


def _compare(path: str, before: bytes | None, after: bytes, text_of: TextOf) -> str:
    """Return a file's change as git writes it."""
    old, new = ("" if body is None else text_of(body) for body in (before, after))
    names = "/dev/null" if before is None else f"a/{path}", f"b/{path}"
    lines = unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=_CONTEXT)
    return "\n".join(lines)

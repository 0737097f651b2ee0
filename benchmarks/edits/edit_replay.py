"""Ask about edits in the order of time: each is answered from what was before it, then learned."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from benchmarks.edits.copy_last import copy_last
from benchmarks.edits.edit_memory import EditMemory
from benchmarks.edits.edit_ngrams import rewrite_lines
from benchmarks.edits.edit_question import EditQuestion, HiddenEdit, PlacedEdit

KEEP: Final = "keep"
COPY_LAST: Final = "copy-last"
NGRAM: Final = "n-gram"
_SEED: Final = 26


class AnsweredEdit(NamedTuple):
    """A question with what the baselines said."""

    hidden: HiddenEdit
    answers: dict[str, str | None]
    repeated: bool
    """The very same change was made before: copying it is enough."""
    since: tuple[PlacedEdit, ...]
    """What other sessions of the project edited and no question before told, for a program that learns."""


def order_edits(edits: Iterable[HiddenEdit]) -> list[list[HiddenEdit]]:
    """Return the streams of edits, each to be told in its order: one for each project.

    A session without times is a stream of its own, as nobody knows what was before it.
    """
    streams: defaultdict[tuple[str, str], list[HiddenEdit]] = defaultdict(list)
    for one in edits:
        streams[one.question.project, one.question.session if one.at is None else ""].append(one)
    return [sorted(stream, key=lambda one: one.at or 0.0) for stream in streams.values()]


def choose_asked(edits: Sequence[HiddenEdit], most: int) -> frozenset[str]:
    """Return the ids of those that are asked about: all that can be, or ``most`` of them, evenly spread."""
    fit = [one.question.id for one in edits if not one.left_out]
    if len(fit) <= most:
        return frozenset(fit)
    step = len(fit) / most
    first = Random(_SEED).random() * step  # a choice of rows, no secret
    return frozenset(fit[int(first + number * step)] for number in range(most))


def replay_edits(stream: Sequence[HiddenEdit], asked: Collection[str]) -> Iterator[AnsweredEdit]:
    """Yield the answers of the baselines to the questions of one stream, in order."""
    memory = EditMemory()
    since: list[tuple[str, PlacedEdit]] = []
    for one in stream:
        if one.question.id in asked:
            told = tuple(edit for session, edit in since if session != one.question.session)
            since = [(session, edit) for session, edit in since if session == one.question.session]
            yield AnsweredEdit(one, answer_by_baselines(one.question, memory), _is_repeated(one.edit, memory), told)
        if one.edit.new or one.edit.old:
            memory.learn(one.edit)
            since.append((one.question.session, one.edit))


def answer_by_baselines(question: EditQuestion, memory: EditMemory) -> dict[str, str | None]:
    """Return what each baseline says; None where it has nothing to say."""
    return {
        KEEP: None,
        COPY_LAST: copy_last(question, memory),
        NGRAM: rewrite_lines(question, memory.ngrams),
    }


def _is_repeated(edit: PlacedEdit, memory: EditMemory) -> bool:
    return any(one.new == edit.new for one in memory.find_equal(edit.old))

"""Ask about the edits of stored sessions, and mark what the baselines and a program of the user's say."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, Final

from benchmarks.edits.answer_program import PATIENCE_S, AnswerProgram
from benchmarks.edits.edit_evaluation import MarkedEdit, find_best, mark_edit, sum_up
from benchmarks.edits.edit_figures import EditEvaluation, ProgramRecord
from benchmarks.edits.edit_question import HiddenEdit, cut_told
from benchmarks.edits.edit_replay import AnsweredEdit, choose_asked, order_edits, replay_edits
from benchmarks.edits.hidden_edits import read_hidden_edits
from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.values import Scope
from twiceshy.lessons.code_examples import name_language
from twiceshy.records.ingest import StepProgress

MOST: Final = 500
"""Edits that are asked unless another number is named (guess, 2026-11-24: seconds for the baselines)."""
_FEWEST: Final = 10
"""Questions below which nothing can be told (guess, 2026-11-24)."""
_PROGRAM: Final = "program"


def evaluate_edits(
    config: Config,
    scope: Scope,
    *,
    most: int = MOST,
    program: str = "",
    patience_s: float = PATIENCE_S,
    watch: Callable[[StepProgress], object] = id,
) -> EditEvaluation:
    """Measure what is said about edits of stored sessions, each asked before it is learned.

    ``program`` is a command that answers too. Where it stops, its figures are left out, and the others stay.

    Raises:
        UsageError: there are too few edits, or the command cannot be read.
        ToolMissing: there is no such program.
    """
    asked = AnswerProgram(program, patience_s) if program else None
    with Store.open(config.home, readonly=True) as store:
        hidden = list(read_hidden_edits(store, scope))
    streams = order_edits(hidden)
    chosen = choose_asked([one for stream in streams for one in stream], most)
    if len(chosen) < _FEWEST:
        raise UsageError(
            f"{len(chosen)} of {len(hidden)} stored edits can be asked about, which is too few ({_FEWEST} are needed);"
            " `twiceshy ingest` reads logs of agents; what these change by commands of the shell is no edit"
        )
    answered = _watch(_replay(streams, chosen), len(chosen), watch)
    with asked or nullcontext():
        marked, record = _mark_all(answered, asked)
    inserted = sum(not one.edit.old for one in hidden if one.question.id in chosen)
    return _sum_all(hidden, marked, record, inserted)


def _replay(streams: Iterable[Sequence[HiddenEdit]], chosen: frozenset[str]) -> Iterator[AnsweredEdit]:
    for stream in streams:
        yield from replay_edits(stream, chosen)


def _watch(
    answered: Iterator[AnsweredEdit], total: int, watch: Callable[[StepProgress], object]
) -> Iterator[AnsweredEdit]:
    """Yield them, and tell how far it is."""
    for done, one in enumerate(answered):
        watch(StepProgress(step="Asking about edits", done=done, total=total, unit="steps"))
        yield one


def _mark_all(
    answered: Iterable[AnsweredEdit], program: AnswerProgram | None
) -> tuple[list[MarkedEdit], ProgramRecord | None]:
    """Mark every answer; a program that stopped is asked no more, and what it said is dropped."""
    marked: list[MarkedEdit] = []
    stopped = ""
    for one in answered:
        further: dict[str, str | None] = {}
        if program is not None and not stopped:
            try:
                further[_PROGRAM] = program.ask(write_request(one))
            except SourceError as error:
                stopped = str(error)
        marked.append(mark_edit(one, further))
    return marked, None if program is None else program.report(stopped)


def write_request(one: AnsweredEdit) -> dict[str, Any]:
    """Return a question as a program gets it."""
    question = one.hidden.question
    return {
        "task": question.task,
        "path": question.path,
        "language": name_language(question.path),
        "before": question.before,
        "old": question.old,
        "after": question.after,
        "earlier": [edit._asdict() for edit in question.earlier],
        "elsewhere": [edit._asdict() for edit in cut_told(one.since)],
    }


def _sum_all(
    hidden: Sequence[HiddenEdit], marked: Sequence[MarkedEdit], record: ProgramRecord | None, inserted: int
) -> EditEvaluation:
    names = [name for name in marked[0].marks if name != _PROGRAM]
    best = find_best(marked, names)
    if record is not None and not record.stopped:
        names.append(_PROGRAM)
    return EditEvaluation(
        asked=len(marked),
        sessions=len({one.session for one in marked}),
        projects=len({one.project for one in marked}),
        inserted=inserted,
        repeated=sum(one.repeated for one in marked),
        fit=sum(not one.left_out for one in hidden),
        left_out=dict(Counter(one.left_out for one in hidden if one.left_out).most_common()),
        best_baseline=best,
        answerers=tuple(sum_up(marked, name, best) for name in names),
        program=record,
    )

"""Which work should a person rate first? That of which the least is known."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.judged_work import read_first_words, read_results
from twiceshy.archive.reads.ratings import WorkPrompt, list_work_prompts, read_ratings
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.split_chats import STARTERS
from twiceshy.records import ids
from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer, Outcome, SessionResult, Task
from twiceshy.records.ratings import RatableWork, Rating, Ratings, WorkToRate

_WORDS = 100
"""Characters of a prompt in the list (by definition of the first collector's list)."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Work(NamedTuple):
    """One piece of work, as far as it is needed to order it."""

    prompt: WorkPrompt
    task: Task | None
    """None: its session is not judged."""
    rating: Rating | None

    @property
    def completed(self) -> Outcome:
        return UNKNOWN_OUTCOME if self.task is None else self.task.completed


def list_work(config: Config, scope: Scope, *, limit: int) -> WorkToRate:
    """Return work in scope: what nobody rated and nothing proves first, then the surer; of equals the newest.

    What was said after the first prompt of a task belongs to that task and has no line of its own.

    Raises:
        NotFound: nothing is stored.
    """
    if not has_store(config.home):
        raise NotFound(f"nothing is stored in {config.home}, so there is nothing to rate: twiceshy ingest")
    with Store.open(config.home, readonly=True) as store:
        results = read_results(store.connection, scope)
        prompts = list_work_prompts(store.connection, scope, STARTERS)
        found = sorted(_list_work(prompts, results, read_ratings(store.connection)), key=_order)
        shown = found[:limit]
        words = read_first_words(store.connection, [one.prompt.uid for one in shown])
    rated = sum(one.rating is not None for one in found)
    return WorkToRate(
        work=tuple(_describe(one, words.get(one.prompt.uid, "")) for one in shown),
        rated=rated,
        unrated=len(found) - rated,
    )


def _list_work(
    prompts: Iterable[WorkPrompt], results: Mapping[bytes, SessionResult], ratings: Ratings
) -> Iterator[_Work]:
    for session, some in groupby(prompts, key=lambda one: one.session):
        yield from _list_work_of_session(some, results.get(session), ratings)


def _list_work_of_session(
    prompts: Iterable[WorkPrompt], result: SessionResult | None, ratings: Ratings
) -> Iterable[_Work]:
    """Return the work of one session, as far as it is judged: all that people asked for where it is not."""
    tasks = {task.prompt: task for task in result.tasks} if result else {}
    found: list[_Work] = []
    for prompt in prompts:
        said = ratings.of(ids.CHAT, prompt.uid)
        if prompt.uid in tasks or (result is None and prompt.human):
            whole = ratings.of(ids.SESSION, prompt.session)
            found.append(_Work(prompt, tasks.get(prompt.uid), said or whole))
        elif found and said is not None:
            found[-1] = found[-1]._replace(rating=said)  # words about the same task, later
    return found


def _order(one: _Work) -> tuple[bool, float, bool, float]:
    """Return the key to sort by: what is rated last, the sure behind the unsure, what changed nothing behind work."""
    sure = 0.0 if one.completed.answer is Answer.UNKNOWN else one.completed.confidence
    idle = one.task is not None and not one.task.edits
    return one.rating is not None, sure, idle, -(one.prompt.at or _LONG_AGO).timestamp()


def _describe(one: _Work, words: str) -> RatableWork:
    completed, said = one.completed, one.rating
    return RatableWork(
        id=ids.shorten(ids.CHAT, one.prompt.uid),
        session=ids.shorten(ids.SESSION, one.prompt.session),
        project=one.prompt.project,
        at=one.prompt.at,
        words=words[:_WORDS],
        edits=None if one.task is None else one.task.edits,
        completed=completed.answer,
        confidence=completed.confidence,
        why=completed.why,
        rating=None if said is None else said.value,
        word=None if said is None else said.word,
    )

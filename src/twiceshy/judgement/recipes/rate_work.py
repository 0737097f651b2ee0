"""Take down what somebody says of a session, a chat, a warning or a lesson."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Final, NamedTuple

from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.lesson_rows import id_of
from twiceshy.archive.note_rows import put_rating
from twiceshy.archive.reads import lessons, rules, session_logs, sessions
from twiceshy.archive.reads.judged_work import read_first_words, read_results
from twiceshy.archive.reads.ratings import WorkPrompt, find_rating, list_work_prompts, read_ratings
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.judgement.chats.split_chats import STARTERS, split_session
from twiceshy.logs.agent_environment import is_without_person
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.outcomes import (
    UNKNOWN_OUTCOME,
    Answer,
    Outcome,
    RatableWork,
    RatedBy,
    RatedThing,
    Rating,
    Ratings,
    SessionResult,
    Task,
    WorkToRate,
)

_MOST_NAMED = 10
"""Things that an error lists (guess of 2026-11-21: half a screen)."""
_ABOUT = 100
"""Characters of what was rated, in the answer (by definition of the first collector's list)."""


class _Thing(NamedTuple):
    """Something that can be rated."""

    uid: bytes
    session: bytes | None
    about: str


_Find = Callable[[Store, ids.IdPrefix], list[_Thing]]


def rate(
    config: Config,
    name: str,
    *,
    value: int,
    now: datetime,
    comment: str | None = None,
    rated_by: RatedBy = RatedBy.USER,
    force: bool = False,
) -> RatedThing:
    """Store a rating of what has that id, and return what it was. Saying the same again changes nothing.

    Raises:
        NotFound: nothing, or more than one thing, has that id.
        UsageError: the same speaker said something else of it before, and ``force`` is not given.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind not in _FINDERS:
        raise NotFound(f"{name!r} is no id of something that can be rated: s-…, c-…, r-…, w-… or l-….")
    if not has_store(config.home):
        raise NotFound(f"nothing is stored in {config.home}, so there is nothing to rate: twiceshy ingest")
    with Store.open(config.home) as store:
        thing = _find_thing(store, start)
        said = Rating(
            kind=start.kind,
            uid=thing.uid,
            value=value,
            at=now,
            rated_by=rated_by,
            session=thing.session,
            comment=None if comment is None else _scrub(config, store, comment),
        )
        _store_rating(store, said, force=force)
        return _describe(thing, find_rating(store.connection, said.kind, said.uid, rated_by) or said)


def find_speaker(environment: Mapping[str, str]) -> RatedBy:
    """Return who speaks, as far as the environment tells: an agent and a CI machine set variables of their own."""
    return RatedBy.AGENT if is_without_person(environment) else RatedBy.USER


def _store_rating(store: Store, said: Rating, *, force: bool) -> None:
    before = find_rating(store.connection, said.kind, said.uid, said.rated_by)
    if before is not None and before.value == said.value and said.comment in {None, before.comment}:
        return
    if before is not None and not force:
        shown = ids.shorten(said.kind, said.uid)
        raise UsageError(
            f"{shown} was rated {before.word} ({before.value}) on {before.at:%Y-%m-%d}. --force rates it anew."
        )
    with store.begin_writing() as connection:
        put_rating(connection, said)


def _scrub(config: Config, store: Store, comment: str) -> Scrubbed:
    cache = config.cache if config.cache.is_dir() else None
    return Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=cache).text(comment)


def _describe(thing: _Thing, said: Rating) -> RatedThing:
    return RatedThing(
        id=ids.shorten(said.kind, said.uid),
        about=thing.about[:_ABOUT],
        rating=said.value,
        word=said.word,
        rated_by=said.rated_by,
        comment=said.comment,
    )


def _find_thing(store: Store, start: ids.IdPrefix) -> _Thing:
    """Return the thing whose id begins so.

    Raises:
        NotFound: nothing, or more than one thing, has that id.
    """
    find, elsewhere = _FINDERS[start.kind]
    found = find(store, start)
    if len(found) != 1:
        raise make_id_error(start, [f"{start.kind}-{one.uid.hex()}  {one.about[:_ABOUT]}" for one in found], elsewhere)
    return found[0]


def _find_sessions(store: Store, start: ids.IdPrefix) -> list[_Thing]:
    found = sessions.find_sessions(store.connection, start, _MOST_NAMED + 1)
    return [_Thing(one.uid, one.uid, one.title or one.project) for one in found]


def _find_chats(store: Store, start: ids.IdPrefix) -> list[_Thing]:
    """Return the chats whose id begins so; a note of the client that began nothing is none."""
    found = session_logs.find_chat_prompts(store.connection, start, _MOST_NAMED + 1)
    words = read_first_words(store.connection, [uid for uid, _ in found])
    if len(found) == 1:
        ((uid, session),) = found
        (log,) = session_logs.read_sessions(store, [session])
        found = found if uid in {span.prompt.uid for span in split_session(log)} else []
    return [_Thing(uid, session, words.get(uid, "")) for uid, session in found]


def _find_warnings(store: Store, start: ids.IdPrefix) -> list[_Thing]:
    found = rules.find_by_prefix(store.connection, start, _MOST_NAMED + 1)
    return [_Thing(one.id, None, one.words) for one in found]


def _find_lessons(store: Store, start: ids.IdPrefix) -> list[_Thing]:
    found = lessons.find_by_prefix(store.connection, start, _MOST_NAMED + 1)
    return [_Thing(id_of(one), None, one.description) for one in found]


_FINDERS: Final[Mapping[str, tuple[_Find, str]]] = {
    ids.SESSION: (_find_sessions, "twiceshy sessions"),
    ids.CHAT: (_find_chats, "twiceshy show s-… --chats"),
    ids.WARNING: (_find_warnings, "twiceshy replay"),
    ids.LESSON: (_find_lessons, "twiceshy lessons"),
}
"""What can be rated here, each with the call that lists it; runs are rated where they are recorded."""


# Which work should a person rate first? That of which the least is known.

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
        work=tuple(_describe_work(one, words.get(one.prompt.uid, "")) for one in shown),
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


def _describe_work(one: _Work, words: str) -> RatableWork:
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

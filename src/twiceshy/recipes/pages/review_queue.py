"""Choose which lessons to ask a person about next: all are weighed, and only what is shown is read whole."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons as lesson_reads
from twiceshy.base.config import Config
from twiceshy.lessons.confidence import confidence_at, rate_review_priority
from twiceshy.lessons.recipes.current_lessons import show_at
from twiceshy.lessons.user_corrections import is_worth_asking
from twiceshy.records.lessons import LastWork, Lesson, LessonState

_QUARTER = timedelta(days=91)
_OPEN = frozenset({LessonState.SHADOW, LessonState.ACTIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """The lessons that a person should review, most important first."""

    lessons: tuple[Lesson, ...]
    """The first of them, or the next ones."""
    last_at: datetime | None
    due: bool
    """The last decision is a quarter ago or more, or there was none, and there is something to decide."""
    total: int
    """To review."""
    passed: int
    """That stand before the first of ``lessons``."""


def build_queue(config: Config, now: datetime, *, limit: int, after: str = "") -> ReviewQueue:
    """Return the lessons that nobody has decided about: rules that a person stated, then by doubt and frequency.

    Those behind ``after``, an id, are returned; all where it is empty or is not among them any more.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        work = lesson_reads.read_last_work(store.connection, now)
        ordered = _order_all(store, work)
        last = lesson_reads.read_last_review(store.connection)
        key = bytes.fromhex(after.removeprefix("l-")) if _is_hex(after.removeprefix("l-")) else b""
        passed = ordered.index(key) + 1 if key in ordered else 0
        part = ordered[passed : passed + limit]
        found = lesson_reads.read_by_key(store.connection, part)
    last_at = datetime.fromisoformat(last) if last else None
    return ReviewQueue(
        lessons=tuple(show_at(found[one], work) for one in part if one in found),
        last_at=last_at,
        due=bool(ordered) and (last_at is None or now - last_at >= _QUARTER),
        total=len(ordered),
        passed=passed,
    )


def _order_all(store: Store, work: LastWork) -> list[bytes]:
    """Return the keys of all that are to be reviewed, in the order of asking."""
    wishes = sorted(
        (one for one in lesson_reads.read_quotations(store.connection) if is_worth_asking(one)),
        key=lambda one: (one.sessions, one.last_seen.timestamp() if one.last_seen else 0.0, one.key),
        reverse=True,
    )
    weights = {
        mark.key: rate_review_priority(confidence_at(mark, work), mark.observations)
        for mark in lesson_reads.read_marks(store.connection)
        if mark.state in _OPEN
    }
    others = sorted(weights, key=lambda key: (-weights[key], key))
    return list(dict.fromkeys([*(one.key for one in wishes), *others]))


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True

"""Keep what was made of a team's rows, and give out what changed after a cursor.

Each change gets the next number of its team, under a lock: so a cursor misses nothing, whoever changes what at the same
time. What the rows show no more stays as a mark without words, so that members take it out too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from twiceshy.records.codec import Codec, Layout
from twiceshy.records.effects import PooledEffect
from twiceshy.records.team_knowledge import PersonCount, TeamFact, TeamKnowledge, TeamLesson, TeamLimit
from twiceshy_team.store.asked_rows import read_time
from twiceshy_team.store.base import SqlValue, Statements

Item = TeamLesson | TeamLimit | TeamFact | PooledEffect
_KEYED = tuple(
    Layout(record, keyed=True) for record in (TeamKnowledge, TeamLesson, PersonCount, TeamLimit, TeamFact, PooledEffect)
)
ANSWER = Codec(TeamKnowledge, *_KEYED)
"""What a member gets."""
_LESSON, _LIMIT = Codec(TeamLesson, *_KEYED), Codec(TeamLimit, *_KEYED)
_FACT, _EFFECT = Codec(TeamFact, *_KEYED), Codec(PooledEffect, *_KEYED, digits=6)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
"""In place of the time of a change in what is compared."""
_MOST = 1_000
"""Things of one answer (guess, 2026-11-23: some 500 KB)."""
_MORE_RUNS = 1.25
"""Times the runs of a limit from which it is told again though it is the same (guess, 2026-11-23)."""
_LONGEST_CURSOR = 18
"""Digits that a number of 64 bits always holds (its definition, 2026-11-23)."""


class KeptItem(NamedTuple):
    """One thing as it is stored."""

    body: str
    gone: bool


def hold_knowledge(found: Statements) -> None:
    """Wait until nobody else makes this team's knowledge."""
    found.hold(b"knowledge")


def read_states(found: Statements, part: str = "") -> dict[tuple[str, bytes], str]:
    """Return of which state of the rows each part was made."""
    rows = found.run(
        "SELECT part, key, state FROM knowledge_source WHERE team_id = :team AND (part = :part OR :part = '')",
        {"part": part},
    )
    return {(name, bytes(key)): state for name, key, state in rows}


def note_state(found: Statements, part: str, key: bytes, state: str) -> None:
    """Note of which state of the rows a part is made now."""
    found.run(
        """INSERT INTO knowledge_source (team_id, part, key, state) VALUES (:team, :part, :key, :state)
        ON CONFLICT (team_id, part, key) DO UPDATE SET state = excluded.state""",
        {"part": part, "key": key, "state": state},
    )


def count_intake(found: Statements) -> dict[str, str]:
    """Return how many rows and revisions of each kind came so far, and how much was erased, as one word a kind."""
    ((erased,),) = found.run("SELECT coalesce(max(number), 0) FROM erased WHERE team_id = :team")
    rows = found.run("SELECT kind, sum(rows) FROM intake_day WHERE team_id = :team GROUP BY kind")
    return {kind: f"{int(count)}:{erased}" for kind, count in rows}


def name_item(item: Item) -> tuple[str, bytes]:
    """Return the kind and key of a thing."""
    if isinstance(item, TeamLesson):
        return "lesson", item.key
    if isinstance(item, TeamLimit):
        return "limit", item.team_hash + item.kind.encode()
    if isinstance(item, TeamFact):
        return "fact", item.project_hash + item.key
    return "effect", f"{item.name}\0{item.outcome}".encode()


def keep_items(found: Statements, items: Iterable[Item], wanted: Mapping[str, bytes | None], now: datetime) -> int:
    """Keep things, and mark those gone that belong to what is made now and are not among them; return the changes.

    ``wanted``: the kinds that are made now; with the beginning of the keys, where not all of a kind is made.
    """
    made = {name_item(item): item for item in items}
    kept = {key: one for kind, begin in wanted.items() for key, one in _read_kept(found, kind, begin).items()}
    changed = {key: item for key, item in made.items() if not _is_same(item, kept.get(key))}
    for key, one in kept.items():
        if key not in made and not one.gone:
            changed[key] = _empty_item(_decode(key[0], one.body))
    if changed:
        ((number,),) = found.run("SELECT coalesce(max(number), 0) FROM knowledge WHERE team_id = :team")
        for place, (key, item) in enumerate(sorted(changed.items(), key=lambda one: one[0]), start=int(number) + 1):
            _put(found, key, item, gone=key not in made, number=place, now=now)
    return len(changed)


def _read_kept(found: Statements, kind: str, begin: bytes | None) -> dict[tuple[str, bytes], KeptItem]:
    values: dict[str, SqlValue] = {"kind": kind}
    where = ""
    if begin is not None:
        values |= {"begin": begin, "end": begin + b"\xff"}
        where = "AND key >= :begin AND key < :end"
    rows = found.run(f"SELECT key, body, gone FROM knowledge WHERE team_id = :team AND kind = :kind {where}", values)  # noqa: S608  # a literal
    return {(kind, bytes(key)): KeptItem(body, bool(gone)) for key, body, gone in rows}


def _is_same(item: Item, kept: KeptItem | None) -> bool:
    """Tell whether members know a thing already as it is."""
    if kept is None or kept.gone:
        return False
    if _encode(item) == kept.body:
        return True
    if not isinstance(item, TeamLimit):
        return False
    before = _LIMIT.decode(kept.body)
    same = (before.value_s, before.people) == (item.value_s, item.people)
    return same and before.runs / _MORE_RUNS < item.runs < before.runs * _MORE_RUNS


def _put(found: Statements, key: tuple[str, bytes], item: Item, *, gone: bool, number: int, now: datetime) -> None:
    found.run(
        """INSERT INTO knowledge (team_id, kind, key, body, gone, changed_at, number)
        VALUES (:team, :kind, :key, :body, :gone, :now, :number)
        ON CONFLICT (team_id, kind, key) DO UPDATE SET body = excluded.body, gone = excluded.gone,
          changed_at = excluded.changed_at, number = excluded.number""",
        {"kind": key[0], "key": key[1], "body": _encode(item), "gone": gone, "now": now, "number": number},
    )


def read_changes(found: Statements, since: str) -> TeamKnowledge:
    """Return what changed after a cursor, the oldest change first, with the next cursor; with none all there is.

    A cursor of a database that is no more (it was restored from an older dump) begins anew.
    """
    last = int(since) if since.isascii() and since.isdigit() and len(since) <= _LONGEST_CURSOR else 0
    ((newest,),) = found.run("SELECT coalesce(max(number), 0) FROM knowledge WHERE team_id = :team")
    last = last if last <= newest else 0
    rows = found.run(
        """SELECT kind, body, changed_at, number FROM knowledge
        WHERE team_id = :team AND number > :last AND (NOT gone OR :last > 0) ORDER BY number LIMIT :most""",
        {"last": last, "most": _MOST},
    )
    items = [_date(_decode(kind, body), read_time(changed)) for kind, body, changed, _ in rows]
    return TeamKnowledge(
        lessons=tuple(one for one in items if isinstance(one, TeamLesson)),
        limits=tuple(one for one in items if isinstance(one, TeamLimit)),
        facts=tuple(one for one in items if isinstance(one, TeamFact)),
        effects=tuple(one for one in items if isinstance(one, PooledEffect)),
        cursor=str(rows[-1][3] if rows else max(last, newest)),
    )


def read_limits(found: Statements, team_hash: bytes) -> tuple[TeamLimit, ...]:
    """Return the limits of one command; none where the team knows none."""
    rows = found.run(
        """SELECT body, changed_at FROM knowledge
        WHERE team_id = :team AND kind = 'limit' AND key >= :begin AND key < :end AND NOT gone ORDER BY key DESC""",
        {"begin": team_hash, "end": team_hash + b"\xff"},
    )
    return tuple(replace(_LIMIT.decode(body), changed_at=read_time(changed) or _NEVER) for body, changed in rows)


def _encode(item: Item) -> str:
    """Return the form that is stored and compared, without the time of the change."""
    if isinstance(item, TeamLesson):
        return _LESSON.encode(replace(item, changed_at=_NEVER)).decode()
    if isinstance(item, TeamLimit):
        return _LIMIT.encode(replace(item, changed_at=_NEVER)).decode()
    if isinstance(item, TeamFact):
        return _FACT.encode(replace(item, changed_at=_NEVER)).decode()
    return _EFFECT.encode(item).decode()


def _decode(kind: str, body: str) -> Item:
    codecs: Mapping[str, Codec[TeamLesson] | Codec[TeamLimit] | Codec[TeamFact] | Codec[PooledEffect]] = {
        "lesson": _LESSON,
        "limit": _LIMIT,
        "fact": _FACT,
        "effect": _EFFECT,
    }
    return codecs[kind].decode(body)


def _date(item: Item, changed_at: datetime | None) -> Item:
    """Return a thing with the time of its change."""
    return item if isinstance(item, PooledEffect) else replace(item, changed_at=changed_at or _NEVER)


def _empty_item(item: Item) -> Item:
    """Return the mark of what is gone: no words and no people."""
    if isinstance(item, TeamLesson):
        return TeamLesson(
            key=item.key,
            category="",
            kind="",
            subject="",
            text="",
            people=(),
            confidence=0.0,
            state="withdrawn",
            changed_at=item.changed_at,
        )
    if isinstance(item, TeamLimit):
        return replace(item, runs=0, people=0)
    if isinstance(item, TeamFact):
        return replace(item, says="", command="", worked=0, n=0, people=0)
    return replace(item, people=0, n=0, difference=0.0, low=-1.0, high=1.0, verdict="too-few", needed=None)

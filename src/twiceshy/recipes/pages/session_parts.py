"""Read a session in parts, so that one of 50,000 moments opens as fast as one of ten.

`twiceshy show` reads everything; a page reads the outline, then the parts that come near, then the one moment that is
opened. All of them read the same rows.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from twiceshy.account.made_spends import trace_context
from twiceshy.account.price_list import read_prices
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import sessions, timelines
from twiceshy.archive.reads.context_items import read_written
from twiceshy.archive.reads.timelines import Stretch, read_moments
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.recipes.look.session_costs import price_session
from twiceshy.records import ids
from twiceshy.records.moments import MomentPart, SessionFrame, ShownChange, ShownPart, SubagentFold, WholeMoment
from twiceshy.records.spend import SessionContext
from twiceshy.records.views import SessionLine

PART_SIZE = 200
"""Moments of a part (guess, 2026-11-23: some screens full, and a page with two of them has less than 5,000 nodes)."""
_MOST_AT_ONCE = 400  # moments of a part, should many have one rank (guess, 2026-11-23: twice a part)
_MOST_NAMED = 10  # sessions that a message names where an id could mean several (guess, 2026-11-23)


class PartAsked(NamedTuple):
    """Which part of a session is wanted."""

    session: bytes
    """Its uid."""
    first: int
    """Ranks from here."""
    last: int
    """To here."""
    agent_run: bytes | None
    """None: the main dialogue."""
    everything: bool


def read_outline(config: Config, name: str, *, at: bytes | None, everything: bool) -> SessionFrame:
    """Return a session without its moments; ``at`` names one that is to be found in it.

    What is asked for is shown, even where it would be left out otherwise.

    Raises:
        NotFound: no session, or more than one, has that id.
    """
    with Store.open(config.home, readonly=True) as store:
        return _read_outline(store, _find_session(store, name), at, everything=everything)


def _find_session(store: Store, name: str) -> SessionLine:
    """Return the session whose id begins so.

    Raises:
        NotFound: none, or more than one, has that id.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.SESSION:
        raise NotFound(f"{name[:40]} is no id of a session. `twiceshy sessions` lists them.")
    found = sessions.find_sessions(store.connection, start, _MOST_NAMED + 1)
    if len(found) != 1:
        named = [f"{line.id}  {line.project}" for line in found]
        raise make_id_error(start, named, "twiceshy sessions")
    return found[0]


def _read_outline(store: Store, line: SessionLine, at: bytes | None, *, everything: bool) -> SessionFrame:
    connection = store.connection
    key, cwd, branch, version = sessions.read_setting(connection, line.uid)
    place = timelines.find_place(connection, key, at) if at else None
    stretch = Stretch(key, one_dialogue=True, everything=everything or (place is not None and place.quiet))
    found = timelines.read_main_parts(connection, key, PART_SIZE, everything=stretch.everything)
    return SessionFrame(
        session=replace(line, outcomes=sessions.read_outcomes(connection, line.uid)),
        cwd=cwd,
        branch=branch,
        version=version,
        parts=found.parts,
        runs=found.runs,
        everything=stretch.everything,
        left_out={} if stretch.everything else timelines.count_left_out(connection, stretch),
        files=timelines.read_session_files(connection, key),
        failures=timelines.read_session_failures(connection, key),
        place=place,
    )


def read_run_parts(config: Config, asked: PartAsked) -> tuple[MomentPart, ...]:
    """Return where each part of a subagent's run begins.

    Raises:
        NotFound: the session is not stored.
    """
    with Store.open(config.home, readonly=True) as store:
        row = _find_row(store, asked.session).row
        return timelines.read_parts(store.connection, _make_stretch(row, asked), PART_SIZE)


def read_part(config: Config, asked: PartAsked) -> ShownPart:
    """Return the moments of a part.

    Raises:
        NotFound: the session is not stored.
    """
    with Store.open(config.home, readonly=True) as store:
        row = _find_row(store, asked.session)
        found = read_moments(store.connection, asked.session, _make_stretch(row.row, asked), None)
    return ShownPart(begin=row.first_at, moments=tuple(found[:_MOST_AT_ONCE]))


def read_folds(config: Config, session: bytes) -> tuple[SubagentFold, ...]:
    """Return the subagents' runs of a session.

    Raises:
        NotFound: the session is not stored.
    """
    with Store.open(config.home, readonly=True) as store:
        return timelines.read_folds(store.connection, _find_row(store, session).row)


def read_whole_moment(config: Config, session: bytes, uid: bytes) -> WholeMoment:
    """Return one moment with whole texts, and what it changed.

    Raises:
        NotFound: the session, or the moment in it, is not stored.
    """
    with Store.open(config.home, readonly=True) as store:
        key = _find_row(store, session).row
        place = timelines.find_place(store.connection, key, uid)
        if place is None:
            raise NotFound("that moment is not stored any more. `twiceshy show` and the session's id shows what is.")
        at_rank = Stretch(key, place.rank, place.rank)
        found = [one for _, one in read_moments(store.connection, session, at_rank, store.body) if one.uid == place.uid]
        return WholeMoment(moment=found[0], changes=tuple(_read_changes(store, place.uid)))


def read_session_cost(config: Config, name: str) -> SessionLine:
    """Return the session with what it cost, where its tokens and a price are known.

    Raises:
        NotFound: no session, or more than one, has that id.
    """
    with Store.open(config.home, readonly=True) as store:
        return price_session(store, config, _find_session(store, name))


def read_session_context(config: Config, name: str) -> SessionContext:
    """Return how the context of a session's main dialogue grew.

    Raises:
        ConfigError: the file of own prices cannot be read.
        NotFound: no session, or more than one, has that id.
    """
    with Store.open(config.home, readonly=True) as store:
        session = _find_session(store, name).uid
        row = _find_row(store, session).row
        points = trace_context(store, read_prices(config), row)
        written = read_written(store.connection, row)
    moments = []
    for point in points:
        place = bisect_right(written, point.place, key=itemgetter(0))
        moments.append(written[place - 1][1] if place else b"")
    return SessionContext(session=session, points=tuple(points), moments=tuple(moments))


def _make_stretch(row: int, asked: PartAsked) -> Stretch:
    return Stretch(
        row, asked.first, asked.last, one_dialogue=True, agent_run=asked.agent_run, everything=asked.everything
    )


def _find_row(store: Store, session: bytes) -> sessions.KnownSession:
    row = sessions.find_row(store.connection, session)
    if row is None:
        raise NotFound("that session is not stored any more. `twiceshy sessions` lists those that are.")
    return row


def _read_changes(store: Store, call: bytes) -> Iterator[ShownChange]:
    """Yield what the call did to each file, with the texts before and after."""
    for row in timelines.read_edit_texts(store.connection, call):
        yield ShownChange(
            path=row.path,
            before=store.body(row.before) if row.before else None,
            after=store.body(row.after) if row.after else None,
            partial=row.partial,
            created=row.created,
            deleted=row.deleted,
            user_modified=row.user_modified,
        )

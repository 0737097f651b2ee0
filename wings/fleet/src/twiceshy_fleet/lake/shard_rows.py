"""What a shard hands on to the merge of all shards, as rows: from these the whole is made as one store makes it.

Each function takes an open store to which ``tables.name_owners`` told whose logs they are, and gives rows in an order
of their own. A session's times stay the text that the store has, as sessions are ordered by it.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter, itemgetter

from twiceshy.account.price_list import load_price_list
from twiceshy.account.session_cost import mark_partial, sum_session
from twiceshy.archive import session_cases
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import read_all
from twiceshy.archive.reads.model_messages import read_model_messages, read_spending_sessions
from twiceshy.base.values import Scope
from twiceshy.records.exports import Cell
from twiceshy.stats.sketches import QuantileSketch

Row = Sequence[Cell]
_MODEL = """coalesce((SELECT model FROM reply WHERE session_id = s.id AND model IS NOT NULL
  GROUP BY model ORDER BY count(*) DESC LIMIT 1), '')"""
"""The one that wrote most replies, as everywhere in ``reads``."""
_PER_SESSION = f"""
SELECT s.id, s.uid, f.team, f.person, s.agent, {_MODEL}, p.identity, p.name, s.first_at, s.last_at, s.real,
  (SELECT count(*) FROM prompt WHERE session_id = s.id AND human = 1),
  (SELECT count(*) FROM call WHERE session_id = s.id),
  (SELECT count(*) FROM result WHERE session_id = s.id AND failure = 'error'),
  (SELECT count(*) FROM edit WHERE session_id = s.id),
  (SELECT coalesce(sum(added), 0) FROM edit WHERE session_id = s.id),
  (SELECT coalesce(sum(removed), 0) FROM edit WHERE session_id = s.id),
  coalesce(x.tasks, 0), coalesce(x.corrections, 0), coalesce(x.rollback, 0)
FROM session s JOIN project p ON p.id = s.project_id JOIN temp.fleet_session f ON f.session_id = s.id
LEFT JOIN session_executions x ON x.session_id = s.id ORDER BY s.uid
"""  # noqa: S608  # a literal of this module
_DURATIONS = """
SELECT kind, name, seconds FROM (
  SELECT 'tool' AS kind, c.tool AS name,
    coalesce(r.duration_s, 86400.0 * (julianday(r.at) - julianday(c.at))) AS seconds
  FROM call c JOIN result r ON r.uid = c.uid JOIN session s ON s.id = c.session_id WHERE s.real = 1
  UNION ALL
  SELECT 'run', c.head, coalesce(r.duration_s, 86400.0 * (julianday(r.at) - julianday(c.at)))
  FROM call c JOIN result r ON r.uid = c.uid JOIN session s ON s.id = c.session_id
  WHERE s.real = 1 AND c.head IS NOT NULL AND NOT c.background
) WHERE seconds >= 0 ORDER BY kind, name
"""
"""Of a log that does not say how long a call took, the time from the call to its result."""


def read_sessions(store: Store) -> Iterator[Row]:
    """Yield each session with whose it is, when it was and what was counted in it."""
    costs = _sum_costs(store)
    for number, *row in store.connection.execute(_PER_SESSION):
        tokens, dollars, unpriced = costs.get(number, ((0,) * 5, 0.0, 0))
        yield (*row, *tokens, dollars, unpriced, number)


def _sum_costs(store: Store) -> dict[int, tuple[Sequence[int], float, int]]:
    """Return tokens, dollars at the list's prices and tokens without a price, by row id of the session."""
    prices = load_price_list()
    told = read_model_messages(store.connection, Scope())
    messages = mark_partial([one for one in told if not one.lost_agent])  # a fleet's table of usage has none
    by_session = {session: list(some) for session, some in groupby(messages, key=attrgetter("session"))}
    found: dict[int, tuple[Sequence[int], float, int]] = {}
    for session in read_spending_sessions(store.connection, Scope()):
        cost = sum_session(by_session.get(session.id, ()), prices, session.calls)
        found[session.id] = cost.tokens, cost.dollars, cost.unpriced
    return found


def read_words(store: Store) -> Iterator[Row]:
    """Yield what cases say of their lessons, each once, by its hash."""
    found: dict[bytes, str] = {}
    for kept in read_all(store.connection, session_cases.KIND):
        found |= {_hash_text(words): words for words in session_cases.split_cases(kept.value).words}
    yield from sorted(found.items())


def read_cases(store: Store) -> Iterator[Row]:
    """Yield every case of every session, in the order in which it was told, with the hash of what it says."""
    for kept in read_all(store.connection, session_cases.KIND):
        parts = session_cases.split_cases(kept.value)
        hashes = [_hash_text(words) for words in parts.words]
        for number, (words, case) in enumerate(parts.cases):
            yield (kept.key, number, hashes[words], case)


def _hash_text(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=12).digest()


def read_values(store: Store, kind: str, nothing: bytes = b"") -> Iterator[Row]:
    """Yield a kind of derived values as text, by session, without those that say nothing."""
    for kept in read_all(store.connection, kind):
        if kept.value != nothing:
            yield (kept.key, kept.value.decode())


def read_durations(store: Store) -> Iterator[Row]:
    """Yield a sketch of the seconds that each tool and each command took."""
    rows = store.connection.execute(_DURATIONS)
    for (kind, name), some in groupby(rows, key=itemgetter(0, 1)):
        sketch = QuantileSketch(row[2] for row in some)
        yield (kind, name, sketch.count, sketch.encode())
